package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.MemoryMeter;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogStoreTest {
  private StoreRig rig = new StoreRig(new MemoryDisk(), StoreRig.LARGE);

  @AfterEach
  void close() {
    rig.close();
  }

  private static List<String> texts(List<Loaded> loaded) {
    return loaded.stream().map(each -> StoreRig.text(each.message())).toList();
  }

  private List<Loaded> recovered(String queue) {
    return rig.reopen(queue).loadRecovered();
  }

  private static StoreSettings segments(int bytes) {
    StoreSettings large = StoreRig.LARGE;
    return new StoreSettings(
        bytes,
        large.checkpointBytes(),
        large.checkpointInterval(),
        large.compactBelow(),
        large.diskReserve(),
        large.readAhead(),
        large.readPatience(),
        large.recovery());
  }

  private void use(StoreSettings settings) {
    rig.close();
    rig = new StoreRig(new MemoryDisk(), settings);
  }

  @Test
  void messagesAreThereInOrderAfterACleanStop() {
    rig.declare("q").put(StoreRig.messages(0, 500));
    rig = rig.restart();
    assertThat(texts(recovered("q"))).isEqualTo(StoreRig.texts(0, 500));
  }

  @Test
  void messagesAreThereInOrderAfterAKill() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 250));
    lane.put(StoreRig.messages(250, 500));
    rig = rig.afterKill();
    assertThat(texts(recovered("q"))).isEqualTo(StoreRig.texts(0, 500));
  }

  @Test
  void everythingOfAMessageIsKept() {
    Lane lane = rig.declare("q");
    Kept kept = new Kept(7, StoreRig.message("x"), 1, 9, 123_456_789L);
    lane.turn(() -> assertThat(lane.store.append(kept)).isFalse());
    rig.loops.await("decision", kept::isDecided);
    rig = rig.restart();
    Loaded loaded = recovered("q").get(0);
    assertThat(loaded.position()).isEqualTo(7);
    assertThat(loaded.level()).isEqualTo(9);
    assertThat(loaded.deadline()).isEqualTo(123_456_789L);
    assertThat(loaded.attempts()).isZero();
    assertThat(loaded.redelivered()).isFalse();
    assertThat(loaded.message().persistent()).isTrue();
    assertThat(loaded.message().routingKey()).isEqualTo("key");
  }

  @Test
  void whatWasRemovedDoesNotComeBackAfterACleanStop() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    lane.turn(() -> kept.subList(0, 4).forEach(each -> lane.store.remove(each, true)));
    rig = rig.restart();
    assertThat(texts(recovered("q"))).isEqualTo(StoreRig.texts(4, 10));
  }

  @Test
  void whatWasRemovedDoesNotComeBackAfterAKillOnceItIsWritten() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    lane.turn(() -> kept.subList(3, 6).forEach(each -> lane.store.remove(each, false)));
    lane.put(StoreRig.message("message 10"));
    rig = rig.afterKill();
    assertThat(texts(recovered("q")))
        .containsExactly(
            "message 0",
            "message 1",
            "message 2",
            "message 6",
            "message 7",
            "message 8",
            "message 9",
            "message 10");
  }

  @Test
  void aMessageIsStoredOnlyWhenItsBytesAreSafe() {
    Lane lane = rig.declare("q");
    for (int i = 0; i < 20; i++) {
      String text = "a body that is easy to find " + i;
      Kept kept = lane.put(StoreRig.message(text));
      assertThat(kept.isStored()).isTrue();
      assertThat(new String(
              rig.disk.safe(Format.segment(1)), java.nio.charset.StandardCharsets.ISO_8859_1))
          .contains(text);
    }
  }

  @Test
  void manyMessagesShareAForce() {
    Lane lane = rig.declare("q");
    long before = rig.disk.forces(".seg");
    lane.put(StoreRig.messages(0, 10_000));
    assertThat(rig.disk.forces(".seg") - before).isLessThan(10);
  }

  @Test
  void acknowledgementsAloneForceNothingButOnceInAWhile() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 1000));
    long before = rig.disk.forces(".seg");
    long begin = System.nanoTime();
    for (Kept each : kept) {
      lane.remove(each);
      rig.ask(on -> true);
    }
    long tenths = (System.nanoTime() - begin) / 100_000_000;
    assertThat(rig.disk.forces(".seg") - before).isLessThanOrEqualTo(tenths + 2);
  }

  @Test
  void aBodyThatGoesToTenQueuesIsWrittenOnce() {
    List<Lane> lanes =
        IntStream.range(0, 10).mapToObj(i -> rig.declare("q" + i)).toList();
    Message message = StoreRig.message(new byte[100_000], true);
    long before = rig.disk.written(".seg");
    List<Kept> kept = new ArrayList<>();
    rig.loops.loop(0).turn(() -> lanes.forEach(lane -> kept.add(lane.add(message, 10, 0))));
    rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isStored));
    assertThat(rig.disk.written(".seg") - before).isBetween(100_000L, 102_000L);
    rig = rig.restart();
    for (int i = 0; i < 10; i++) {
      assertThat(recovered("q" + i)).hasSize(1);
    }
  }

  @Test
  void transientMessagesAreNeverWritten() {
    Lane lane = rig.declare("q");
    rig.ask(on -> true);
    long before = rig.disk.written(".seg");
    List<Kept> kept = new ArrayList<>();
    lane.turn(() -> {
      for (int i = 0; i < 100; i++) {
        kept.add(lane.add(StoreRig.message(new byte[1000], false)));
      }
    });
    lane.turn(() -> kept.forEach(each -> lane.store.remove(each, true)));
    rig.ask(on -> true);
    assertThat(kept).allMatch(Kept::isStored);
    assertThat(rig.disk.written(".seg") - before).isLessThan(100);
  }

  @Test
  void whatIsConsumedBeforeItIsWrittenIsNotWritten() {
    Lane lane = rig.declare("q");
    long before = rig.disk.written(".seg");
    List<Kept> kept = new ArrayList<>();
    lane.turn(() -> {
      for (int i = 0; i < 100; i++) {
        Kept each = lane.add(StoreRig.message(new byte[1000], true));
        lane.store.remove(each, true);
        kept.add(each);
      }
    });
    rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isStored));
    assertThat(rig.disk.written(".seg") - before).isLessThan(100);
    rig = rig.restart();
    assertThat(recovered("q")).isEmpty();
  }

  @Test
  void spilledMessagesCanBeEvictedAndLoadedButAreGoneAfterARestart() {
    Lane lane = rig.declare("q");
    List<Kept> kept = new ArrayList<>();
    lane.turn(() -> {
      for (int i = 0; i < 300; i++) {
        kept.add(
            lane.add(StoreRig.message(("message " + i).getBytes(StandardCharsets.UTF_8), false)));
      }
    });
    kept.forEach(each -> each.decisions.clear());
    lane.turn(() -> kept.forEach(lane.store::spill));
    rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isStored));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.forEach(each -> lane.evict(each, runs)));
    assertThat(runs).hasSize(1);
    assertThat(runs.get(0).size()).isEqualTo(300);
    List<Loaded> loaded = new ArrayList<>(lane.load(runs.get(0), 100));
    loaded.addAll(lane.load(runs.get(0), 200));
    assertThat(texts(loaded)).isEqualTo(StoreRig.texts(0, 300));
    assertThat(runs.get(0).bytes()).isZero();
    rig = rig.restart();
    assertThat(recovered("q")).isEmpty();
  }

  @Test
  void whatWasSpilledLateIsLoadedInTheOrderOfPositions() {
    Lane lane = rig.declare("q");
    List<Kept> kept = new ArrayList<>();
    lane.turn(() -> {
      for (int i = 0; i < 100; i++) {
        kept.add(lane.add(
            StoreRig.message(("message " + i).getBytes(StandardCharsets.UTF_8), i % 2 == 0)));
      }
    });
    rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isDecided));
    kept.forEach(each -> each.decisions.clear());
    lane.turn(() -> {
      for (int i = 1; i < 100; i += 2) {
        lane.store.spill(kept.get(i));
      }
    });
    rig.loops.await("decisions", () -> kept.stream().filter(Kept::isStored).count() == 50);
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.forEach(each -> lane.evict(each, runs)));
    List<Loaded> loaded = new ArrayList<>();
    for (Run run : runs) {
      while (run.size() > 0) {
        loaded.addAll(lane.load(run, 7));
      }
    }
    assertThat(texts(loaded)).isEqualTo(StoreRig.texts(0, 100));
  }

  @Test
  void evictedEntriesAreFetchedInTheOrderAskedFor() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    lane.turn(() -> kept.forEach(each -> {
      lane.store.evict(each);
      each.leave();
    }));
    List<Loaded> got = new ArrayList<>();
    lane.turn(() -> lane.store.fetch(
        List.of(kept.get(7), kept.get(2)), (messages, unreadable, bytes) -> got.addAll(messages)));
    rig.loops.await("messages", () -> got.size() == 2);
    assertThat(texts(got)).containsExactly("message 7", "message 2");
  }

  @Test
  void aDiscardedRunDoesNotComeBack() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 100));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.subList(10, 90).forEach(each -> lane.evict(each, runs)));
    assertThat(lane.load(runs.get(0), 5)).hasSize(5);
    lane.turn(() -> lane.store.discard(runs.get(0)));
    rig = rig.restart();
    List<String> expected = new ArrayList<>(StoreRig.texts(0, 15));
    expected.addAll(StoreRig.texts(90, 100));
    assertThat(texts(recovered("q"))).isEqualTo(expected);
  }

  @Test
  void aDiscardedRunDoesNotComeBackAfterAKillEither() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 100));
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.forEach(each -> lane.evict(each, runs)));
    lane.turn(() -> lane.store.discard(runs.get(0)));
    lane.turn(() -> lane.store.discard(runs.get(0)));
    rig.loops.await("the end", () -> rig.store.usage().messages() == 1);
    lane.put(StoreRig.message("last"));
    rig = rig.afterKill();
    assertThat(texts(recovered("q"))).containsExactly("last");
  }

  @Test
  void aDroppedQueueLeavesNothing() {
    Lane lane = rig.declare("q");
    Lane other = rig.declare("other");
    lane.put(StoreRig.messages(0, 100));
    other.put(StoreRig.messages(0, 3));
    rig.await(rig.store.definitions().remove(lane.definition()));
    lane.turn(lane.store::drop);
    rig.ask(on -> true);
    assertThat(rig.store.usage().messages()).isEqualTo(3 + 1);
    rig = rig.restart();
    assertThat(rig.found).containsOnlyKeys("other");
    assertThat(rig.store.usage().messages()).isEqualTo(3 + 1);
    assertThat(texts(recovered("other"))).isEqualTo(StoreRig.texts(0, 3));
  }

  @Test
  void attemptsAreKept() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 3));
    lane.turn(() -> lane.store.returned(kept.get(1).came()));
    lane.turn(() -> lane.store.returned(kept.get(1).came()));
    rig.flush();
    for (int i = 0; i < 2; i++) {
      rig = i == 0 ? rig.afterKill() : rig.restart();
      List<Loaded> loaded = recovered("q");
      assertThat(loaded).extracting(Loaded::attempts).containsExactly(0, 2, 0);
      assertThat(loaded).extracting(Loaded::redelivered).containsExactly(false, true, false);
    }
  }

  @Test
  void whatMayHaveBeenDeliveredIsFlaggedAfterAKillAndNotAfterACleanStop() {
    Lane lane = rig.declare("q");
    lane.put(StoreRig.messages(0, 5));
    lane.turn(() -> lane.store.delivering(2, () -> {}));
    rig.flush();
    rig = rig.restart();
    assertThat(recovered("q")).extracting(Loaded::redelivered).containsOnly(false);
    Lane again = rig.reopen("q");
    again.turn(() -> again.store.delivering(2, () -> {}));
    rig.flush();
    for (int i = 0; i < 3; i++) {
      rig = i < 2 ? rig.afterKill() : rig.restart();
      assertThat(recovered("q"))
          .extracting(Loaded::redelivered)
          .containsExactly(true, true, true, false, false);
    }
  }

  @Test
  void marksOutliveACheckpointBeforeTheQueueIsOpened() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 5));
    lane.turn(() -> lane.store.delivering(2, () -> {}));
    lane.remove(kept.get(4));
    rig.flush();
    rig = rig.afterKill();
    rig.checkpoint();
    rig = rig.afterKill();
    Lane again = rig.reopen("q");
    assertThat(again.next).isEqualTo(5);
    assertThat(again.loadRecovered())
        .extracting(Loaded::redelivered)
        .containsExactly(true, true, true, false);
  }

  @Test
  void positionsAndNumbersAreNeverUsedAgain() {
    Set<Long> numbers = new TreeSet<>();
    Lane lane = rig.declare("q");
    numbers.add(lane.number);
    lane.put(StoreRig.messages(0, 5)).forEach(lane::remove);
    for (int i = 0; i < 6; i++) {
      for (int n = 0; n < 3; n++) {
        assertThat(numbers.add(rig.store.newQueue())).isTrue();
      }
      if (i % 3 == 2) {
        rig.checkpoint();
      }
      rig = i % 2 == 0 ? rig.restart() : rig.afterKill();
      assertThat(rig.reopen("q").next).isEqualTo(5);
    }
  }

  @Test
  void aPositionThatMayHaveBeenDeliveredIsNotGivenToAnotherMessage() {
    Lane lane = rig.declare("q");
    lane.turn(() -> {
      lane.add(StoreRig.message(new byte[1], false));
      lane.store.delivering(0, () -> {});
    });
    rig.flush();
    rig = rig.afterKill();
    assertThat(rig.reopen("q").next).isEqualTo(1);
  }

  @Test
  void memoryIsCountedToTheLastByte() {
    Lane lane = rig.declare("q");
    Lane second = rig.declare("r");
    List<Kept> kept = lane.put(StoreRig.messages(0, 1000));
    Message body = StoreRig.message(new byte[1_000_000], true);
    List<Kept> shared = new ArrayList<>();
    rig.loops.loop(0).turn(() -> {
      shared.add(lane.add(body, 2, 0));
      shared.add(second.add(body, 2, 0));
    });
    rig.loops.await("decisions", () -> shared.stream().allMatch(Kept::isStored));
    assertThat(rig.store.bytesInMemory()).isBetween(1_000_000L, 1_500_000L);
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> kept.subList(500, 1000).forEach(each -> lane.evict(each, runs)));
    lane.turn(() -> {
      lane.store.evict(shared.get(0));
      shared.get(0).leave();
    });
    List<Kept> loaded = lane.load(runs.get(0), 200).stream().map(Kept::of).toList();
    lane.turn(() -> lane.store.fetch(
        shared.subList(0, 1),
        (messages, unreadable, bytes) -> shared.get(0).arrive(messages.get(0).message())));
    rig.loops.await("the body", () -> shared.get(0).inMemory() != null);
    lane.turn(() -> {
      lane.store.discard(runs.get(0));
      kept.subList(0, 500).forEach(each -> lane.store.remove(each, true));
      loaded.forEach(each -> lane.store.remove(each, false));
      lane.store.remove(shared.get(0), true);
    });
    second.turn(second.store::drop);
    // What is less than a step stays in the loop's own count.
    Kept probe = lane.put(StoreRig.message(new byte[1 << 20], true));
    assertThat(rig.store.bytesInMemory()).isEqualTo(MemoryMeter.cost(probe));
  }

  @Test
  void segmentsRollAndEmptyOnesAreDeleted() {
    use(StoreRig.SMALL);
    Lane lane = rig.declare("q");
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < 1000; i += 100) {
      kept.addAll(lane.put(StoreRig.messages(i, i + 100)));
    }
    rig.settle();
    assertThat(rig.store.usage().segments()).isGreaterThan(5);
    lane.turn(() -> kept.forEach(each -> lane.store.remove(each, true)));
    rig.ask(on -> true);
    rig.checkpoint();
    rig.checkpoint();
    rig.loops.await("old segments are deleted", () -> rig.disk.names().size() <= 6);
    rig = rig.restart();
    assertThat(recovered("q")).isEmpty();
  }

  @Test
  void indexesAreUsedAndMadeAgainWhenTheyAreMissingOrDamaged() {
    use(segments(8 << 10));
    Lane lane = rig.declare("q");
    for (int i = 0; i < 1000; i += 100) {
      lane.put(StoreRig.messages(i, i + 100));
    }
    rig = rig.restart();
    rig.settle();
    List<String> indexes =
        rig.disk.names().stream().filter(name -> name.endsWith(".idx")).toList();
    assertThat(indexes).hasSizeGreaterThan(4);
    rig.close();
    MemoryDisk disk = rig.disk;
    disk.remove(indexes.get(0));
    byte[] flipped = disk.bytes(indexes.get(1));
    flipped[flipped.length / 2] ^= 4;
    disk.bytes(indexes.get(1), flipped);
    disk.bytes(indexes.get(2), new byte[0]);
    byte[] longer = java.util.Arrays.copyOf(disk.bytes(indexes.get(3)), 5000);
    disk.bytes(indexes.get(3), longer);
    rig = new StoreRig(disk, rig.settings);
    assertThat(texts(recovered("q"))).isEqualTo(StoreRig.texts(0, 1000));
    rig.settle();
    assertThat(disk.has(indexes.get(0))).isTrue();
    assertThat(disk.bytes(indexes.get(1))).isNotEqualTo(flipped);
    assertThat(disk.bytes(indexes.get(2))).isNotEmpty();
  }

  @Test
  void anIndexThatCouldNotBeWrittenIsWrittenLater() {
    use(segments(8 << 10));
    Lane lane = rig.declare("q");
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == MemoryDisk.Operation.CREATE && name.contains(".idx")) {
        throw new java.io.IOException("no");
      }
      return bytes;
    });
    for (int i = 0; i < 1000; i += 100) {
      lane.put(StoreRig.messages(i, i + 100));
    }
    rig.settle();
    assertThat(rig.disk.names()).noneMatch(name -> name.endsWith(".idx"));
    rig.disk.fault(null);
    rig.checkpoint();
    assertThat(rig.disk.names().stream().filter(name -> name.endsWith(".idx")))
        .hasSizeGreaterThan(4);
  }

  @Test
  void fiftyThousandTinyQueuesCostLittle() {
    int count = 50_000;
    List<Lane> lanes = new ArrayList<>();
    List<java.util.concurrent.CompletionStage<Void>> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Lane lane = new Lane(rig, "q" + i, rig.store.newQueue(), true, rig.loops.loop(i % 2));
      stages.add(rig.store.definitions().put(lane.definition()));
      lanes.add(lane);
    }
    stages.forEach(rig::await);
    List<Kept> kept = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Lane lane = lanes.get(i);
      Message message = StoreRig.message("message " + i);
      lane.turn(() -> kept.add(lane.add(message)));
    }
    rig.loops.await("decisions", () -> kept.get(count - 1).isStored());
    rig.loops.settle();
    assertThat(rig.store.usage().segments()).isEqualTo(1);
    rig = rig.restart();
    for (int i = 0; i < count; i += 4999) {
      assertThat(texts(recovered("q" + i))).containsExactly("message " + i);
    }
    assertThat(rig.store.usage().messages()).isEqualTo(2L * count);
  }

  @Test
  void aDefinitionIsBehindTheMessagesThatItsLoopGaveBefore() {
    Lane lane = rig.declare("q");
    List<CompletionStage<Void>> noted = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String body = "what a note speaks of " + i;
      String note = "a note of it " + i;
      lane.turn(() -> {
        lane.add(StoreRig.message(body));
        noted.add(rig.store.definitions().put(new Definition.Note("test", note, new byte[] {1})));
      });
    }
    noted.forEach(rig::await);
    String log =
        new String(rig.disk.safe(Format.segment(1)), java.nio.charset.StandardCharsets.ISO_8859_1);
    for (int i = 0; i < 20; i++) {
      assertThat(log.indexOf("a note of it " + i))
          .isGreaterThan(log.indexOf("what a note speaks of " + i));
    }
  }

  @Test
  void definitionsAreAddedReplacedAndRemoved() {
    DefinitionSamples samples = new DefinitionSamples();
    var definitions = rig.store.definitions();
    samples.all().forEach(each -> rig.await(definitions.put(each)));
    samples.all().forEach(each -> rig.await(definitions.put(each)));
    rig.await(definitions.put(samples.otherUser()));
    rig.await(definitions.remove(samples.policy()));
    rig.await(definitions.remove(samples.policy()));
    rig = rig.afterKill();
    assertThat(rig.found.values())
        .contains(samples.otherUser())
        .doesNotContain(samples.policy())
        .hasSize(samples.all().size() - 1);
    rig.await(rig.store.definitions().put(samples.policy()));
    rig = rig.restart();
    assertThat(rig.found.values())
        .contains(samples.policy())
        .hasSize(samples.all().size());
    assertThat(rig.store.usage().messages()).isEqualTo(samples.all().size());
  }

  @Test
  void aRemovalIsNotToldBeforeItIsSafeEvenWhenItIsAskedForTwice() {
    DefinitionSamples samples = new DefinitionSamples();
    var definitions = rig.store.definitions();
    rig.await(definitions.put(samples.policy()));
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == MemoryDisk.Operation.FORCE) {
        throw new java.io.IOException("no");
      }
      return bytes;
    });
    var first = definitions.remove(samples.policy()).toCompletableFuture();
    var second = definitions.remove(samples.policy()).toCompletableFuture();
    rig.loops.await("answers", () -> first.isDone() && second.isDone());
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    rig.disk.fault(null);
    rig.loops.await("recovery", () -> rig.store.shortage() == null);
    rig = rig.restart();
    assertThat(rig.found.values()).containsExactly(samples.policy());
  }

  @Test
  void aMessageThatLeftTheMiddleOfARunIsNotLoadedEvenWhenTheWriterIsSlow() {
    Lane lane = rig.declare("q");
    List<Kept> kept = lane.put(StoreRig.messages(0, 10));
    java.util.concurrent.CountDownLatch held = new java.util.concurrent.CountDownLatch(1);
    rig.disk.fault((operation, name, bytes) -> {
      if (operation == MemoryDisk.Operation.FORCE) {
        rig.disk.fault(null);
        rig.disk.pauseUntil(held);
      }
      return bytes;
    });
    lane.turn(() -> lane.add(StoreRig.message("makes the writer wait")));
    List<Loaded> got = new ArrayList<>();
    List<Run> runs = new ArrayList<>();
    lane.turn(() -> {
      lane.store.remove(kept.get(5), true);
      lane.store.returned(kept.get(6).came());
      for (int i : new int[] {4, 6, 7}) {
        lane.evict(kept.get(i), runs);
      }
      lane.store.load(runs.get(0), 3, (messages, unreadable, bytes) -> got.addAll(messages));
    });
    held.countDown();
    rig.loops.await("messages", () -> got.size() == 3);
    assertThat(texts(got)).containsExactly("message 4", "message 6", "message 7");
    assertThat(got).extracting(Loaded::attempts).containsExactly(0, 1, 0);
  }

  @Test
  void aMessageThatCanNotBeEncodedHarmsNoOther() {
    Lane lane = rig.declare("q");
    Message good = StoreRig.message("good");
    Message bad = Message.of(
        "",
        "key",
        new byte[3],
        good.properties()
            .withHeaders(io.waypost.message.Headers.of(java.util.Map.of("x", new Object()))),
        good.origin());
    List<Kept> kept = new ArrayList<>();
    lane.turn(() -> {
      kept.add(lane.add(good));
      kept.add(lane.add(bad));
      kept.add(lane.add(good));
    });
    rig.loops.await("decisions", () -> kept.stream().allMatch(Kept::isDecided));
    assertThat(kept).extracting(Kept::isStored).containsExactly(true, false, true);
    assertThat(rig.store.shortage()).isNull();
    rig = rig.afterKill();
    assertThat(texts(recovered("q"))).containsExactly("good", "good");
  }
}
