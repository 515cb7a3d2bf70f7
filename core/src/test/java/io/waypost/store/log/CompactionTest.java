package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Inspector.StoreInfo;
import io.waypost.message.Message;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompactionTest {
  private StoreRig rig = new StoreRig(new MemoryDisk(), StoreRig.SMALL);

  @AfterEach
  void close() {
    rig.close();
  }

  private static List<String> texts(List<Loaded> loaded) {
    return loaded.stream().map(each -> StoreRig.text(each.message())).toList();
  }

  private static Message message(int number) {
    return StoreRig.message("message " + number + " " + "x".repeat(180));
  }

  private List<Kept> fill(Lane lane, int messages) {
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < messages; i += 20) {
      kept.addAll(
          lane.put(IntStream.range(i, i + 20).mapToObj(CompactionTest::message).toList()));
    }
    return kept;
  }

  /** Removes all but every twentieth message. */
  private static List<Kept> thin(Lane lane, List<Kept> kept) {
    List<Kept> rest = new ArrayList<>();
    lane.turn(() -> {
      for (int i = 0; i < kept.size(); i++) {
        if (i % 20 == 7) {
          rest.add(kept.get(i));
        } else {
          lane.store.remove(kept.get(i), true);
        }
      }
    });
    return rest;
  }

  private void awaitFewSegments(int most) {
    rig.loops.await("old segments are deleted", () -> segments().size() < most);
  }

  private Set<String> segments() {
    Set<String> names = new LinkedHashSet<>(rig.disk.names());
    names.removeIf(name -> !name.endsWith(".seg"));
    return names;
  }

  @Test
  void oldMessagesThatPinSegmentsAreMovedAndStayInOrder() {
    Lane lane = rig.declare("q");
    List<Kept> rest = thin(lane, fill(lane, 1000));
    Set<String> before = segments();
    rig.checkpoint();
    assertThat(before).hasSizeGreaterThan(20);
    awaitFewSegments(8);
    assertThat(segments()).anyMatch(this::isMoved);
    Audit.of(rig);
    rig = rig.restart();
    assertThat(texts(rig.reopen("q").loadRecovered()))
        .isEqualTo(rest.stream()
            .map(each -> "message " + each.position() + " " + "x".repeat(180))
            .toList());
  }

  @Test
  void notesOfOldPlacesStillLeadToMessagesHoweverOftenTheyMoved() {
    Lane lane = rig.declare("q");
    List<Kept> rest = new ArrayList<>(thin(lane, fill(lane, 400)));
    lane.turn(() -> rest.forEach(each -> {
      lane.store.evict(each);
      each.leave();
    }));
    for (int round = 0; round < 4; round++) {
      rig.checkpoint();
      List<Kept> more = thin(lane, fill(lane, 400));
      Kept first = rest.remove(0);
      lane.turn(() -> {
        lane.store.remove(first, true);
        more.forEach(each -> lane.store.remove(each, true));
      });
      rig.ask(on -> true);
    }
    List<Loaded> got = new ArrayList<>();
    lane.turn(() -> lane.store.fetch(rest, (messages, unreadable, bytes) -> {
      rig.unreadable += unreadable;
      got.addAll(messages);
    }));
    rig.loops.await("messages", () -> got.size() + rig.unreadable == rest.size());
    assertThat(got)
        .extracting(Loaded::position)
        .containsExactlyElementsOf(rest.stream().map(Kept::position).toList());
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> rest.forEach(each -> lane.evict(each, runs)));
    lane.turn(() -> runs.forEach(lane.store::discard));
    rig.loops.await("the end", () -> rig.store.usage().messages() == 1);
    Audit.of(rig);
    rig.checkpoint();
    awaitFewSegments(4);
  }

  @Test
  void runsAreLoadedFromWhereCompactionMovedThem() {
    Lane lane = rig.declare("q");
    List<Kept> rest = thin(lane, fill(lane, 1000));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> rest.forEach(each -> lane.evict(each, runs)));
    rig.checkpoint();
    List<Loaded> loaded = new ArrayList<>();
    for (Run run : runs) {
      while (run.size() > 0) {
        loaded.addAll(lane.load(run, 2));
      }
    }
    assertThat(loaded)
        .extracting(Loaded::position)
        .containsExactlyElementsOf(rest.stream().map(Kept::position).toList());
  }

  @Test
  void queuesThatWereNotOpenedYetKeepTheirMessages() {
    Lane lane = rig.declare("q");
    Lane other = rig.declare("other");
    List<Kept> rest = thin(lane, fill(lane, 1000));
    other.put(StoreRig.messages(0, 3));
    rig = rig.restart();
    rig.checkpoint();
    awaitFewSegments(8);
    Audit.of(rig);
    rig = rig.afterKill();
    assertThat(rig.reopen("q").loadRecovered()).hasSize(rest.size());
    assertThat(rig.reopen("other").loadRecovered()).hasSize(3);
  }

  @Test
  void whatADroppedQueueHadIsNotMoved() {
    Lane lane = rig.declare("q");
    Lane gone = rig.declare("gone");
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      gone.put(IntStream.range(0, 20).mapToObj(CompactionTest::message).toList());
      kept.add(lane.put(message(i)));
    }
    rig.await(rig.store.definitions().remove(gone.definition()));
    gone.turn(gone.store::drop);
    rig.ask(on -> true);
    rig.checkpoint();
    awaitFewSegments(8);
    assertThat(rig.store.usage().usedBytes()).isLessThan(4 * 40 * 300L);
    rig = rig.restart();
    assertThat(rig.reopen("q").loadRecovered()).hasSize(kept.size());
  }

  @Test
  void tinyMessagesAndFanOutAreNotMovedAgainAndAgain() {
    List<Lane> lanes =
        IntStream.range(0, 10).mapToObj(i -> rig.declare("q" + i)).toList();
    Message message = StoreRig.message("");
    for (int round = 0; round < 40; round++) {
      List<Kept> kept = new ArrayList<>();
      rig.loops.loop(0).turn(() -> lanes.forEach(lane -> kept.add(lane.add(message, 10, 0))));
      rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isStored));
    }
    rig.checkpoint();
    rig.checkpoint();
    Set<String> before = segments();
    for (int i = 0; i < 5; i++) {
      rig.checkpoint();
    }
    assertThat(segments()).isEqualTo(before);
  }

  @Test
  void everyMomentOfACompactionLosesAndBringsBackNothing() {
    Random random = new Random(5);
    for (int moment = 0; moment < 60; moment++) {
      rig.close();
      rig = new StoreRig(new MemoryDisk(), StoreRig.SMALL);
      Lane lane = rig.declare("q");
      List<Kept> rest = thin(lane, fill(lane, 200));
      rig.flush();
      rig.disk.failPowerAfter(moment, random);
      rig.checkpoint();
      // On a healthy disk these are written to places that compaction made.
      List<Kept> removed = rest.subList(0, 3);
      lane.turn(() -> removed.forEach(each -> lane.store.remove(each, true)));
      Kept probe = lane.put(message(-1));
      boolean over = !rig.disk.isPowerLost();
      MemoryDisk left = rig.disk.afterPowerLoss(random);
      rig.close();
      rig = new StoreRig(left, StoreRig.SMALL);
      Audit.of(rig);
      List<Long> positions =
          rig.reopen("q").loadRecovered().stream().map(Loaded::position).toList();
      List<Long> expected = new ArrayList<>(
          rest.subList(3, rest.size()).stream().map(Kept::position).toList());
      if (probe.isStored()) {
        expected.add(probe.position());
        assertThat(positions).isEqualTo(expected);
      } else {
        assertThat(positions).containsAll(expected);
        assertThat(rig.unreadable).isZero();
      }
      if (over) {
        return;
      }
    }
    throw new AssertionError("a compaction has more than 60 operations");
  }

  @Test
  void aKillBetweenTheMoveAndItsCheckpointLosesAndBringsBackNothing() {
    Lane lane = rig.declare("q");
    List<Kept> rest = thin(lane, fill(lane, 400));
    rig.flush();
    // The checkpoint that knows the new segment is never written.
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == MemoryDisk.Operation.CREATE
          && name.equals("checkpoint.tmp")
          && segments().stream().anyMatch(each -> isMoved(each))) {
        throw new java.io.IOException("no");
      }
      return bytes;
    });
    rig.ask(on -> {
      on.checkpoints.want();
      return true;
    });
    rig.loops.await(
        "a move",
        () -> rig.store.segments.all().stream().anyMatch(segment -> segment.forward != null));
    lane.turn(() -> {
      lane.store.remove(rest.get(0), true);
      lane.store.returned(rest.get(1).came());
    });
    lane.put(message(-1));
    List<Audit.Living> live = Audit.of(rig);
    rig = rig.afterKill();
    assertThat(Audit.of(rig)).isEqualTo(live);
    assertThat(rig.reopen("q").loadRecovered())
        .hasSize(rest.size())
        .anyMatch(each -> each.attempts() == 1);
    rig.checkpoint();
    Audit.of(rig);
    rig = rig.afterKill();
    assertThat(rig.reopen("q").loadRecovered()).hasSize(rest.size());
  }

  private boolean isMoved(String name) {
    SegmentHeader header = SegmentHeader.decode(java.nio.ByteBuffer.wrap(rig.disk.bytes(name)));
    return header != null && header.moved();
  }

  @Test
  void spaceAndWorkStayWithinTheirBounds() {
    StoreSettings settings = rig.settings;
    Lane lane = rig.declare("q");
    Random random = new Random(11);
    ArrayDeque<Kept> young = new ArrayDeque<>();
    List<Kept> old = new ArrayList<>();
    double worst = 0;
    for (int round = 0; round < 300; round++) {
      List<Message> messages = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        messages.add(StoreRig.message(new byte[50 + random.nextInt(300)], true));
      }
      young.addAll(lane.put(messages));
      lane.turn(() -> {
        while (young.size() > 40) {
          Kept oldest = young.remove();
          if (random.nextInt(12) == 0) {
            old.add(oldest);
          } else {
            lane.store.remove(oldest, true);
          }
        }
        while (old.size() > 300) {
          lane.store.remove(old.remove(random.nextInt(old.size())), true);
        }
      });
      if (round % 20 == 19) {
        rig.flush();
        rig.settle();
        StoreInfo usage = rig.store.usage();
        long live = living();
        worst = Math.max(
            worst,
            (double) (usage.usedBytes() - settings.checkpointBytes() - 2L * settings.segmentBytes())
                / live);
      }
    }
    StoreInfo usage = rig.store.usage();
    assertThat(worst).isLessThan(1 / settings.compactBelow());
    // Frames and rows of messages this small are nearly as large as they are; checkpoints and
    // indexes are not counted.
    long log = rig.disk.written(".seg") - rig.disk.written(".seg.tmp");
    double work = (double) rig.disk.written(".seg.tmp") / log;
    assertThat(work).isLessThan(settings.compactBelow() / (1 - settings.compactBelow()));
    assertThat((double) usage.writtenBytes() / usage.receivedBytes()).isLessThan(3.5);
    Audit.of(rig);
  }

  private long living() {
    return rig.ask(on -> {
      long[] bytes = new long[1];
      for (Segment segment : rig.store.segments.inOrder()) {
        try {
          segment.index.forEach(row -> {
            if (!segment.isDead(row.ordinal)) {
              bytes[0] += row.payloadLength + Row.BYTES + 9;
            }
          });
        } catch (java.io.IOException e) {
          throw new java.io.UncheckedIOException(e);
        }
      }
      return bytes[0];
    });
  }
}
