package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What lives is a function of the log and of nothing else. */
class ReplayTest {
  /** What recovery found, as text that can be compared. */
  private static List<String> recover(MemoryDisk disk) throws IOException {
    try (Recovery recovery = new Recovery(disk, StoreRig.SMALL)) {
      Recovery.Result found = recovery.run();
      List<String> all = new ArrayList<>();
      for (Segment segment : found.segments().inOrder()) {
        all.add("segment " + segment.number() + " " + segment.firstOrder + "-" + segment.lastOrder
            + " " + segment.length + " live " + segment.live);
        int count = segment.index.count();
        all.add(
            "dead " + IntStream.range(0, count).filter(segment::isDead).boxed().toList());
        all.add("attempts "
            + IntStream.range(0, count).map(segment::attempts).boxed().toList());
      }
      found.definitions().forEach((definition, place) -> all.add(definition + " at " + place));
      new TreeMap<>(found.queues()).forEach((number, queue) -> {
        all.add("queue " + number + " goes on at " + queue.recovered().nextPosition()
            + ", delivered " + queue.delivered());
        queue
            .recovered()
            .levels()
            .forEach(level -> level.forEach(
                run -> all.add(run.first() + "+" + run.size() + " of " + run.bytes())));
        for (int i = 0; i < queue.counts().size(); i++) {
          all.add("has " + queue.counts().count(i) + " in " + queue.counts().segment(i));
        }
      });
      all.add("index " + found.index() + ", definitions go on at " + found.nextDefinition());
      return all;
    }
  }

  private static StoreRig busy() {
    StoreRig rig = new StoreRig(new MemoryDisk(), StoreRig.SMALL);
    List<Lane> lanes = List.of(rig.declare("first", 0), rig.declare("second", 1));
    new DefinitionSamples()
        .all()
        .forEach(each -> rig.await(rig.store.definitions().put(each)));
    rig.await(rig.store.definitions().put(new DefinitionSamples().otherUser()));
    for (int round = 0; round < 60; round++) {
      Lane lane = lanes.get(round % 2);
      List<Kept> kept = lane.put(StoreRig.messages(round * 20, round * 20 + 20));
      lane.turn(() -> {
        for (Kept each : kept) {
          if (each.position() % 9 != 1) {
            lane.store.remove(each, true);
          } else if (each.position() % 4 == 0) {
            lane.store.returned(each.came());
          }
        }
        lane.store.delivering(lane.next - 1, () -> {});
      });
    }
    rig.flush();
    rig.settle();
    return rig;
  }

  @Test
  void twoRecoveriesOfTheSameFilesFindTheSame() throws IOException {
    StoreRig rig = busy();
    MemoryDisk one = rig.disk.kill();
    // Of the first copy: the store works on while copies are made.
    MemoryDisk other = one.kill();
    rig.close();
    List<String> found = recover(one);
    assertThat(found).hasSizeGreaterThan(20).isEqualTo(recover(other));
    assertThat(recover(one)).isEqualTo(found);
  }

  @Test
  void indexesMakeNoDifference() throws IOException {
    StoreRig rig = busy();
    MemoryDisk one = rig.disk.kill();
    // Of the first copy: the store works on while copies are made.
    MemoryDisk other = one.kill();
    rig.close();
    List<String> indexes =
        other.names().stream().filter(name -> name.endsWith(".idx")).toList();
    assertThat(indexes).isNotEmpty();
    indexes.forEach(other::remove);
    List<String> found = recover(one);
    assertThat(recover(other)).isEqualTo(found);
  }

  @Test
  void recoveryFindsWhatTheLivingStoreHad() {
    StoreRig rig = busy();
    List<Audit.Living> live = Audit.of(rig);
    Map<Long, List<Long>> queues = positions(rig);
    StoreRig again = rig.afterKill();
    assertThat(Audit.of(again)).isEqualTo(live).isNotEmpty();
    assertThat(positions(again)).containsAllEntriesOf(queues);
    again.close();
  }

  private static Map<Long, List<Long>> positions(StoreRig rig) {
    return rig.ask(on -> {
      Map<Long, List<Long>> all = new TreeMap<>();
      rig.store
          .queues
          .all()
          .forEach(queue -> all.put(queue.number, List.of(queue.freePosition(), queue.delivering)));
      return all;
    });
  }
}
