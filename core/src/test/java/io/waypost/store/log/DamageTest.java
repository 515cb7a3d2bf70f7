package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.log.StoreSettings.RecoveryMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One thing is wrong with the files: what was confirmed is there, or the operator is told. */
class DamageTest {
  private static final QuietLog LOG = new QuietLog();
  private static final StoreSettings SETTINGS = new StoreSettings(
      16 << 10,
      1L << 30,
      Duration.ofHours(1),
      0.4,
      0,
      1 << 20,
      Duration.ofSeconds(1),
      RecoveryMode.REFUSE);

  private static MemoryDisk whole;
  private static Map<Long, String> living;
  private static Map<Long, String> written;
  private static List<String> names;
  private static int checkpointed;
  private static long checkpointedTo;
  private static int active;

  private record Place(String name, String file, int offset) {}

  private record Damage(String name, String file, Consumer<MemoryDisk> done) {}

  @BeforeAll
  static void write() throws IOException {
    LOG.begin();
    living = new TreeMap<>();
    written = new TreeMap<>();
    StoreRig rig = new StoreRig(new MemoryDisk(), SETTINGS);
    Lane lane = rig.declare("q");
    rig.await(rig.store.definitions().put(new DefinitionSamples().user()));
    for (int round = 0; round < 60; round++) {
      List<Kept> kept = lane.put(StoreRig.messages(round * 20, round * 20 + 20));
      kept.forEach(each -> written.put(each.position(), "message " + each.position()));
      lane.turn(() -> {
        for (Kept each : kept) {
          if (each.position() % 5 == 3) {
            lane.store.remove(each, true);
          } else {
            living.put(each.position(), "message " + each.position());
          }
        }
      });
      if (round == 30) {
        rig.checkpoint();
      }
    }
    rig.flush();
    // The mark says that everything before it was safe.
    long before = rig.disk.writes(".seg");
    rig.loops.await("a mark", () -> rig.disk.writes(".seg") > before);
    whole = rig.disk.kill();
    rig.close();
    names = whole.names().stream().filter(name -> name.endsWith(".seg")).toList();
    active = names.size();
    Checkpoint checkpoint = Checkpoint.read(whole);
    checkpointed = checkpoint == null ? -1 : checkpoint.segment();
    checkpointedTo = checkpoint == null ? -1 : checkpoint.offset();
    assertThat(checkpointed).isBetween(3, active - 2);
  }

  @AfterAll
  static void speakAgain() {
    LOG.end();
    LOG.checkNoBug();
  }

  /** Offsets of every kind in a segment. */
  private static List<Place> places(String file) throws IOException {
    byte[] bytes = whole.bytes(file);
    SegmentHeader header = SegmentHeader.decode(java.nio.ByteBuffer.wrap(bytes));
    if (header == null) {
      throw new AssertionError(file);
    }
    List<int[]> frames = new ArrayList<>();
    FrameReader reader =
        new FrameReader(whole.open(file), header.uuid(), Format.SEGMENT_HEADER, bytes.length);
    while (reader.next()) {
      int end = (int) reader.nextAt();
      frames.add(new int[] {(int) reader.at(), end - reader.skeleton().remaining(), end});
    }
    List<Place> places = new ArrayList<>();
    places.add(new Place("segment header", file, 9));
    for (int number : new int[] {0, frames.size() / 2, frames.size() - 1}) {
      int[] frame = frames.get(number);
      String name = "frame " + number + " of " + frames.size() + ": ";
      places.add(new Place(name + "magic", file, frame[0] + 1));
      places.add(new Place(name + "checksum", file, frame[0] + 6));
      places.add(new Place(name + "payload length", file, frame[0] + 10));
      places.add(new Place(name + "records length", file, frame[0] + 15));
      places.add(new Place(name + "index", file, frame[0] + 23));
      places.add(new Place(name + "forced", file, frame[0] + 31));
      if (frame[1] > frame[0] + Format.FRAME_HEADER) {
        places.add(new Place(name + "payload", file, (frame[0] + 32 + frame[1]) / 2));
      }
      if (frame[2] > frame[1]) {
        places.add(new Place(name + "records", file, (frame[1] + frame[2]) / 2));
        places.add(new Place(name + "end", file, frame[2] - 1));
      }
    }
    return places;
  }

  private static List<Damage> flips(List<Place> places) {
    return places.stream()
        .map(place ->
            new Damage(place.file + ", a bit flipped: " + place.name, place.file, disk -> {
              byte[] bytes = disk.bytes(place.file);
              bytes[place.offset] ^= 0x10;
              disk.bytes(place.file, bytes);
            }))
        .toList();
  }

  private static List<Damage> zeros(List<Place> places) {
    return places.stream()
        .map(place -> new Damage(place.file + ", zeroed: " + place.name, place.file, disk -> {
          byte[] bytes = disk.bytes(place.file);
          Arrays.fill(bytes, place.offset, Math.min(bytes.length, place.offset + 1500), (byte) 0);
          disk.bytes(place.file, bytes);
        }))
        .toList();
  }

  private static List<Damage> cuts(List<Place> places) {
    return places.stream()
        .map(place -> new Damage(
            place.file + ", truncated: " + place.name,
            place.file,
            disk -> disk.bytes(place.file, Arrays.copyOf(disk.bytes(place.file), place.offset))))
        .toList();
  }

  private static List<Place> allPlaces() throws IOException {
    List<Place> places = new ArrayList<>();
    for (int number : new int[] {1, 2, checkpointed, checkpointed + 1, active}) {
      places.addAll(places(names.get(number - 1)));
    }
    return places;
  }

  private static List<Damage> otherFiles() {
    List<Damage> damages = new ArrayList<>();
    for (String file : whole.names()) {
      damages.add(new Damage(file + " missing", file, disk -> disk.remove(file)));
      if (!file.endsWith(".seg")) {
        int size = whole.bytes(file).length;
        List<Place> places = new ArrayList<>();
        for (int at = 0; at < size; at += Math.max(1, size / 12)) {
          places.add(new Place("offset " + at, file, at));
        }
        damages.addAll(flips(places));
        damages.addAll(zeros(places));
        damages.addAll(cuts(places));
      }
    }
    return damages;
  }

  /** Whether it looks exactly as if the broker had ended before it wrote more. */
  private static boolean looksTorn(MemoryDisk disk) {
    String last = names.get(active - 1);
    if (!disk.has(last)) {
      return true;
    }
    byte[] there = disk.bytes(last);
    byte[] before = whole.bytes(last);
    int first = 0;
    while (first < there.length && there[first] == before[first]) {
      first++;
    }
    for (int i = first; i < there.length; i++) {
      if (i > first + 1500 && there[i] != 0) {
        return false;
      }
    }
    // The mark is the last of its file.
    return first < before.length && (there.length < before.length || there[there.length - 1] == 0);
  }

  private static StoreRig open(MemoryDisk disk, RecoveryMode mode) {
    return new StoreRig(disk, SETTINGS.withRecovery(mode));
  }

  private static void check(boolean condition, String damage, String what) {
    if (!condition) {
      throw new AssertionError(damage + ": " + what);
    }
  }

  private static Set<Long> compare(String damage, StoreRig rig, boolean removedMayBeThere) {
    Set<Long> seen = new HashSet<>();
    long last = -1;
    for (Loaded each : rig.reopen("q").loadRecovered()) {
      String text = (removedMayBeThere ? written : living).get(each.position());
      check(
          StoreRig.text(each.message()).equals(text),
          damage,
          "another message at " + each.position());
      check(each.position() > last, damage, "out of order at " + each.position());
      last = each.position();
      seen.add(each.position());
    }
    return seen;
  }

  private static void refuses(Damage damage) {
    MemoryDisk disk = whole.kill();
    damage.done.accept(disk);
    boolean torn = damage.file.equals(names.get(active - 1)) && looksTorn(disk);
    StoreRig rig;
    try {
      rig = open(disk, RecoveryMode.REFUSE);
    } catch (DamagedStoreException e) {
      String message = String.valueOf(e.getMessage());
      check(message.contains(".seg") || message.contains("checkpoint"), damage.name, message);
      check(
          !message.contains("is damaged at") || message.contains("offset"),
          damage.name,
          "no offset: " + message);
      return;
    }
    try (rig) {
      Set<Long> seen = compare(damage.name, rig, torn);
      if (torn) {
        // Nothing tells it from a write that was not completed.
        check(rig.unreadable == 0, damage.name, "unreadable");
      } else {
        check(
            seen.size() + rig.unreadable == living.size(),
            damage.name,
            "has " + seen.size() + " messages and reports " + rig.unreadable + " of "
                + living.size());
        check(rig.found.size() == 2, damage.name, "definitions " + rig.found);
      }
    }
  }

  private static void salvages(Damage damage) {
    MemoryDisk disk = whole.kill();
    damage.done.accept(disk);
    boolean all = damage.name.contains("segment header")
        || damage.name.contains("missing")
        || damage.name.contains("truncated");
    int most = all ? written.size() : 45;
    boolean checkpointHit = damage.file.equals("checkpoint");
    Set<Long> seen;
    try (StoreRig rig = open(disk, RecoveryMode.SALVAGE)) {
      if (!rig.found.containsKey("q")) {
        check(all || damage.file.equals(names.get(0)), damage.name, "no queue");
        return;
      }
      seen = compare(damage.name, rig, true);
      Set<Long> missing = new HashSet<>(living.keySet());
      missing.removeAll(seen);
      check(
          missing.size() <= (checkpointHit ? 0 : most),
          damage.name,
          "salvaged without " + missing.size() + ": " + missing);
      Audit.of(rig);
    }
    // Afterwards it is a store as any other.
    try (StoreRig rig = open(disk, RecoveryMode.REFUSE)) {
      check(
          compare(damage.name + " salvaged", rig, true).equals(seen),
          damage.name,
          "something else after the salvage");
    }
  }

  private static void all(List<Damage> damages, Consumer<Damage> test) {
    Map<String, String> failures = new LinkedHashMap<>();
    for (Damage damage : damages) {
      try {
        test.accept(damage);
      } catch (AssertionError | RuntimeException e) {
        StackTraceElement[] trace = e.getStackTrace();
        failures.put(damage.name, e + (trace.length > 0 ? " at " + trace[0] : ""));
      }
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void theWholeStoreIsRight() {
    try (StoreRig rig = open(whole.kill(), RecoveryMode.REFUSE)) {
      assertThat(compare("none", rig, false)).isEqualTo(living.keySet());
    }
  }

  @Test
  void aFlippedBitIsFound() throws IOException {
    all(flips(allPlaces()), DamageTest::refuses);
  }

  @Test
  void aZeroedRangeIsFound() throws IOException {
    all(zeros(allPlaces()), DamageTest::refuses);
  }

  @Test
  void aTruncatedFileIsFound() throws IOException {
    all(cuts(allPlaces()), DamageTest::refuses);
  }

  @Test
  void damageToOtherFilesIsFoundOrDoesNotMatter() {
    all(otherFiles(), DamageTest::refuses);
  }

  @Test
  void everythingElseIsSalvagedFromDamagedSegments() throws IOException {
    List<Damage> damages = new ArrayList<>(flips(allPlaces()));
    damages.addAll(zeros(allPlaces()));
    damages.addAll(cuts(allPlaces()));
    all(damages, DamageTest::salvages);
  }

  @Test
  void everythingIsSalvagedWhenOtherFilesAreDamaged() {
    all(otherFiles(), DamageTest::salvages);
  }

  @Test
  void aRefusedStartChangesNothing() throws IOException {
    for (Damage damage : flips(places(names.get(checkpointed)))) {
      MemoryDisk disk = whole.kill();
      damage.done.accept(disk);
      Map<String, byte[]> before = new TreeMap<>();
      disk.names().forEach(name -> before.put(name, disk.bytes(name)));
      try (StoreRig rig = open(disk, RecoveryMode.REFUSE)) {
        assertThat(rig.found).isNotEmpty();
      } catch (DamagedStoreException e) {
        assertThat(disk.names()).containsExactlyElementsOf(before.keySet());
        before.forEach((name, bytes) -> assertThat(disk.bytes(name)).isEqualTo(bytes));
      } catch (UncheckedIOException e) {
        throw new AssertionError(damage.name, e);
      }
    }
  }

  @Test
  void whatTheCheckpointCoversIsNotMissingSilently() {
    String file = names.get(checkpointed - 1);
    for (long to = checkpointedTo - 1; to > 100; to -= 700) {
      int length = (int) to;
      MemoryDisk disk = whole.kill();
      disk.bytes(file, Arrays.copyOf(disk.bytes(file), length));
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> open(disk, RecoveryMode.REFUSE).close())
          .isInstanceOf(DamagedStoreException.class)
          .hasMessageContaining(file);
    }
  }
}
