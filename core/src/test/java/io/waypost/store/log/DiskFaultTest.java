package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import io.waypost.store.log.MemoryDisk.Operation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The disk refuses to do what it should. */
class DiskFaultTest {
  private static final QuietLog LOG = new QuietLog();

  private StoreRig rig = new StoreRig(new MemoryDisk(), StoreRig.LARGE);

  @BeforeAll
  static void beQuiet() {
    LOG.begin();
  }

  @AfterAll
  static void speakAgain() {
    LOG.end();
    LOG.checkNoBug();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void failing(Operation failing, String ending) {
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == failing && name.endsWith(ending)) {
        throw new IOException("Input/output error");
      }
      return bytes;
    });
  }

  private List<String> texts(Lane lane) {
    return lane.loadRecovered().stream()
        .map(each -> StoreRig.text(each.message()))
        .toList();
  }

  private void survives(Operation operation) {
    Lane lane = rig.declare("q");
    List<Kept> good = lane.put(StoreRig.messages(0, 10));
    AtomicInteger changes = new AtomicInteger();
    rig.store.onChange(changes::incrementAndGet);
    failing(operation, ".seg");
    lane.turn(() -> lane.store.remove(good.get(0), true));
    List<Kept> bad = lane.put(StoreRig.messages(10, 20));
    assertThat(bad).noneMatch(Kept::isStored);
    assertThat(rig.store.shortage()).isNotNull();
    rig.loops.await("a change is told", () -> changes.get() > 0);
    assertThat(lane.put(StoreRig.message("while it is broken")).isStored()).isFalse();
    lane.turn(() -> lane.store.remove(good.get(1), true));
    byte[] before = rig.disk.bytes(Format.segment(1));

    rig.disk.fault(null);
    int told = changes.get();
    rig.loops.await("repair", () -> rig.store.shortage() == null);
    rig.loops.await("a change is told", () -> changes.get() > told);
    assertThat(lane.put(StoreRig.message("after it")).isStored()).isTrue();
    assertThat(rig.disk.bytes(Format.segment(1))).isEqualTo(before);
    Audit.of(rig);
    rig = rig.afterKill();
    List<String> expected = new ArrayList<>(StoreRig.texts(2, 10));
    expected.add("after it");
    assertThat(texts(rig.reopen("q"))).isEqualTo(expected);
  }

  @Test
  void aWriteThatFailsRefusesAndTheLogGoesOnInANewFile() {
    survives(Operation.WRITE);
  }

  @Test
  void aForceThatFailsRefusesAndTheFileIsNeverWrittenAgain() {
    survives(Operation.FORCE);
  }

  @Test
  void nothingRefusedOrLostAfterAPowerLossThatFollowsAFailedForce() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 10));
    failing(Operation.FORCE, ".seg");
    lane.put(StoreRig.messages(10, 20));
    rig.disk.fault(null);
    rig.loops.await("repair", () -> rig.store.shortage() == null);
    lane.put(StoreRig.messages(20, 30));
    MemoryDisk left = rig.disk.crash(new java.util.Random(1));
    rig.close();
    rig = new StoreRig(left, StoreRig.LARGE);
    List<String> expected = new ArrayList<>(StoreRig.texts(0, 10));
    expected.addAll(StoreRig.texts(20, 30));
    assertThat(texts(rig.reopen("q"))).isEqualTo(expected);
  }

  @Test
  void anErrorAtEveryOperationOfALifeLosesNothing() {
    for (int number = 0; number < 150; number += 3) {
      rig.close();
      rig = new StoreRig(new MemoryDisk(), StoreRig.SMALL);
      Lane lane = rig.declare("q");
      AtomicInteger left = new AtomicInteger(number);
      rig.disk.fault((operation, name, bytes) -> {
        if (operation != Operation.READ && left.getAndDecrement() == 0) {
          throw new IOException("Input/output error");
        }
        return bytes;
      });
      List<Kept> living = new ArrayList<>();
      for (int round = 0; round < 12; round++) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          messages.add(StoreRig.message("message " + round + " " + i + "x".repeat(200)));
        }
        List<Kept> added = lane.put(messages);
        lane.turn(() -> {
          for (Kept each : added) {
            if (each.position() % 7 != 1) {
              lane.store.remove(each, true);
            } else if (each.isStored()) {
              living.add(each);
            }
          }
        });
      }
      rig.loops.await("repair", () -> rig.store.shortage() == null);
      boolean over = left.get() >= 0;
      Audit.of(rig);
      rig = rig.restart();
      Audit.of(rig);
      assertThat(rig.reopen("q").loadRecovered())
          .as("error at operation %d", number)
          .extracting(Loaded::position)
          .containsExactlyElementsOf(living.stream().map(Kept::position).toList());
      if (over) {
        return;
      }
    }
  }

  @Test
  void aFullDiskRefusesAndTheStoreGoesOnWhenThereIsSpace() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 10));
    rig.disk.capacity(rig.disk.used() + (2 << 20));
    List<Kept> refused = new ArrayList<>();
    while (refused.isEmpty()) {
      Kept kept = lane.put(StoreRig.message(new byte[300_000], true));
      if (!kept.isStored()) {
        refused.add(kept);
      } else {
        lane.remove(kept);
      }
    }
    assertThat(rig.store.shortage()).isNotNull();
    int files = rig.disk.names().size();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == Operation.CREATE && Format.segmentNumber(name).isPresent()) {
        seen.add(name);
      }
      return bytes;
    });
    long end = System.nanoTime() + 1_200_000_000L;
    rig.loops.await("some time with a full disk", () -> System.nanoTime() > end);
    assertThat(seen).isEmpty();
    assertThat(rig.disk.names()).hasSize(files);
    rig.disk.capacity(Long.MAX_VALUE);
    rig.loops.await("space is found", () -> rig.store.shortage() == null);
    assertThat(lane.put(StoreRig.message("message 10")).isStored()).isTrue();
    rig = rig.restart();
    assertThat(texts(rig.reopen("q"))).isEqualTo(StoreRig.texts(0, 11));
  }

  @Test
  void aDiskThatTakesNoMoreDoesNotFillUpWithFiles() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 10));
    // There is space, and yet nothing can be written: a quota.
    rig.disk.fault((operation, name, bytes) ->
        operation == Operation.WRITE && bytes != Format.SEGMENT_HEADER ? 0 : bytes);
    int files = rig.disk.names().size();
    for (int i = 0; i < 4; i++) {
      lane.put(StoreRig.message("refused"));
      rig.loops.await("another try", () -> rig.store.shortage() == null);
    }
    lane.put(StoreRig.message("refused"));
    rig.loops.await("old files are gone", () -> rig.disk.names().size() <= files + 1);
    rig.disk.fault(null);
    rig.loops.await("repair", () -> rig.store.shortage() == null);
    lane.put(StoreRig.message("message 10"));
    rig = rig.afterKill();
    assertThat(texts(rig.reopen("q"))).isEqualTo(StoreRig.texts(0, 11));
  }

  @Test
  void publishersAreHeldBackBeforeTheDiskIsFullAndGoOnWithoutAnybodyWriting() {
    rig.close();
    rig = new StoreRig(new MemoryDisk(), StoreRig.LARGE.withDiskReserve(10 << 20));
    Lane lane = rig.declare("q");
    assertThat(rig.store.shortage()).isNull();
    AtomicInteger changes = new AtomicInteger();
    rig.store.onChange(changes::incrementAndGet);
    rig.disk.capacity(rig.disk.used() + (12 << 20));
    for (int i = 0; i < 4; i++) {
      assertThat(lane.put(StoreRig.message(new byte[1 << 20], true)).isStored()).isTrue();
    }
    rig.loops.await("a shortage", () -> "low on disk".equals(rig.store.shortage()));
    rig.loops.await("a change is told", () -> changes.get() > 0);
    rig.disk.capacity(Long.MAX_VALUE);
    rig.loops.await("no shortage", () -> rig.store.shortage() == null);
  }

  @Test
  void aCheckpointThatFailsIsTriedAgainButNotAllTheTime() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 10));
    AtomicInteger tries = new AtomicInteger();
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == Operation.CREATE && name.startsWith(Format.CHECKPOINT)) {
        tries.incrementAndGet();
        throw new IOException("no");
      }
      return bytes;
    });
    long begin = System.nanoTime();
    rig.ask(on -> {
      on.checkpoints.want();
      return true;
    });
    rig.loops.await("a second try", () -> tries.get() >= 3);
    assertThat((System.nanoTime() - begin) / 1_000_000).isGreaterThan(800);
    rig.disk.fault(null);
    rig.settle();
    rig = rig.afterKill();
    assertThat(texts(rig.reopen("q"))).isEqualTo(StoreRig.texts(0, 10));
  }

  @Test
  void whatCanNotBeReadIsReportedAndTheRestIsDelivered() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.forEach(each -> lane.evict(each, runs)));
    byte[] bytes = rig.disk.bytes(Format.segment(1));
    String all = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = all.indexOf("message 4");
    rig.disk.flip(Format.segment(1), at + 3);
    List<Loaded> loaded = lane.load(runs.get(0), 100);
    assertThat(loaded)
        .extracting(Loaded::position)
        .containsExactly(0L, 1L, 2L, 3L, 5L, 6L, 7L, 8L, 9L);
    assertThat(rig.unreadable).isEqualTo(1);
    assertThat(rig.unreadableBytes).isEqualTo("message 4".length());
    assertThat(runs.get(0).bytes()).isZero();
  }

  @Test
  void aReadThatFailsForAWhileIsTriedAgain() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.subList(0, 8).forEach(each -> lane.evict(each, runs)));
    lane.turn(() -> kept.subList(8, 10).forEach(lane::evict));
    AtomicInteger failures = new AtomicInteger();
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == Operation.READ && failures.getAndIncrement() % 2 == 0) {
        throw new IOException("Input/output error");
      }
      return bytes;
    });
    assertThat(lane.load(runs.get(0), 4)).hasSize(4);
    assertThat(lane.load(runs.get(0), 100)).hasSize(4);
    assertThat(lane.fetch(kept.subList(8, 10))).hasSize(2);
    assertThat(failures.get()).isPositive();
    assertThat(rig.unreadable).isZero();
  }

  @Test
  void aReadThatGoesOnFailingIsReportedAndWhatItWasForStays() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.forEach(each -> lane.evict(each, runs)));
    failing(Operation.READ, ".seg");
    assertThat(lane.load(runs.get(0), 4)).isEmpty();
    assertThat(rig.unreadable).isEqualTo(4);
    rig.disk.fault(null);
    assertThat(lane.load(runs.get(0), 100)).hasSize(6);
    rig = rig.restart();
    assertThat(texts(rig.reopen("q"))).isEqualTo(StoreRig.texts(0, 10));
  }

  @Test
  void definitionsAreRefusedAndAsTheyWere() {
    DefinitionSamples samples = new DefinitionSamples();
    rig.await(rig.store.definitions().put(samples.user()));
    failing(Operation.FORCE, ".seg");
    CompletableFuture<Void> replaced =
        rig.store.definitions().put(samples.otherUser()).toCompletableFuture();
    CompletableFuture<Void> removed =
        rig.store.definitions().remove(samples.user()).toCompletableFuture();
    CompletableFuture<Void> added =
        rig.store.definitions().put(samples.policy()).toCompletableFuture();
    rig.loops.await("answers", () -> replaced.isDone() && removed.isDone() && added.isDone());
    assertThat(List.of(replaced, removed, added))
        .allMatch(CompletableFuture::isCompletedExceptionally);
    rig.disk.fault(null);
    rig.loops.await("repair", () -> rig.store.shortage() == null);
    rig = rig.afterKill();
    assertThat(rig.found.values()).containsExactly(samples.user());
    rig.await(rig.store.definitions().put(samples.otherUser()));
    rig = rig.afterKill();
    assertThat(rig.found.values()).containsExactly(samples.otherUser());
  }

  @Test
  void aLoopThatHasEndedDoesNotHarmTheOthers() {
    Lane lane = rig.declare("q", 0);
    Lane other = rig.declare("other", 1);
    rig.loops.loop(1).end();
    List<Kept> kept = Collections.synchronizedList(new ArrayList<>());
    other.turn(() -> kept.add(other.add(StoreRig.message("nobody waits"))));
    assertThat(lane.put(StoreRig.message("somebody waits")).isStored()).isTrue();
    rig = rig.restart();
    assertThat(texts(rig.reopen("q"))).containsExactly("somebody waits");
    assertThat(texts(rig.reopen("other"))).containsExactly("nobody waits");
  }

  private void losesItsStamp(Operation operation) {
    Lane lane = rig.declare("q");
    failing(operation, ".seg");
    List<Kept> bad = new ArrayList<>();
    lane.turn(() -> bad.add(lane.add(StoreRig.message("refused"), "refused")));
    rig.loops.await("a decision", () -> bad.get(0).isDecided());
    assertThat(bad.get(0).isStored()).isFalse();
    rig.disk.fault(null);
    rig.loops.await("repair", () -> rig.store.shortage() == null);
    List<Kept> good = new ArrayList<>();
    lane.turn(() -> good.add(lane.add(StoreRig.message("stored"), "stored")));
    rig.loops.await("a decision", () -> good.get(0).isStored());
    Audit.of(rig);
    rig = rig.restart();
    Audit.of(rig);
    assertThat(stamps()).containsExactly("stored");
    assertThat(texts(rig.reopen("q"))).containsExactly("stored");
  }

  private List<String> stamps() {
    return rig.found.values().stream()
        .filter(Definition.Stamp.class::isInstance)
        .map(each -> ((Definition.Stamp) each).text())
        .toList();
  }

  @Test
  void theStampOfAMessageThatWasNotWrittenIsNotThere() {
    losesItsStamp(Operation.WRITE);
  }

  @Test
  void theStampOfAMessageThatWasNotMadeSafeIsNotThere() {
    losesItsStamp(Operation.FORCE);
  }

  @Test
  void aMessageThatIsConsumedBeforeItIsWrittenLeavesItsStamp() {
    Lane lane = rig.declare("q");
    lane.turn(() -> lane.store.remove(lane.add(StoreRig.message("fast"), "known"), true));
    rig.flush();
    rig = rig.afterKill();
    assertThat(stamps()).containsExactly("known");
    assertThat(texts(rig.reopen("q"))).isEmpty();
  }
}
