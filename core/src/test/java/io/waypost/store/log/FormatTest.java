package io.waypost.store.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.message.Message;
import io.waypost.store.Definition;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Loaded;
import io.waypost.store.QueueStore.Run;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder of each format that a release has written can be opened, with all that is in it. */
class FormatTest {
  private static final List<Integer> KEPT =
      IntStream.range(0, 300).filter(i -> i % 20 == 7 || i >= 270).boxed().toList();

  /**
   * Writes the folder that is in the resources, for format 1 or a later one: run it with the folder's path. It is what a
   * kill leaves: a checkpoint, segments with and without an index, one that compaction made, frames after the checkpoint.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    StoreRig rig = new StoreRig(new MemoryDisk(), StoreRig.SMALL);
    Lane lane = rig.declare("kept");
    Lane twin = rig.declare("twin");
    for (Definition each : new DefinitionSamples().all()) {
      rig.await(rig.store.definitions().put(each));
    }
    rig.await(rig.store.definitions().put(new DefinitionSamples().otherUser()));
    for (int i = 0; i < 300; i += 10) {
      List<Message> messages = new ArrayList<>();
      for (int n = i; n < i + 10; n++) {
        messages.add(StoreRig.message("message " + n + " " + "x".repeat(200)));
      }
      List<Kept> kept = lane.put(messages);
      lane.turn(() -> kept.stream()
          .filter(each -> !KEPT.contains((int) each.position()))
          .forEach(each -> lane.store.remove(each, true)));
      if (i == 200) {
        rig.checkpoint();
      }
      if (i == 290) {
        lane.turn(() -> lane.store.returned(kept.get(9).came().came()));
      }
    }
    List<Kept> shared = new ArrayList<>();
    Message message = StoreRig.message("for both");
    rig.loops.loop(0).turn(() -> {
      shared.add(lane.add(message, 2, 5));
      shared.add(twin.add(message, 2, 0));
      lane.store.delivering(270, () -> {});
    });
    rig.loops.await("decisions", () -> shared.stream().allMatch(Kept::isStored));
    rig.flush();
    rig.settle();
    MemoryDisk left = rig.disk.kill();
    rig.close();
    for (String name : left.names()) {
      Files.write(folder.resolve(name), left.bytes(name));
    }
  }

  private static void copy(String resource, Path to) throws Exception {
    Path from =
        Path.of(Objects.requireNonNull(FormatTest.class.getResource(resource)).toURI());
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static List<Loaded> load(DrivenLoop.Group loops, LogStore store, Definition.Queue queue) {
    DrivenLoop loop = loops.loop(0);
    QueueStore opened = store.open(queue.number(), true, loop);
    List<Loaded> all = new ArrayList<>();
    int[] missing = new int[1];
    for (List<Run> level : opened.recovered().levels()) {
      for (Run run : level) {
        missing[0] += run.size();
        loop.turn(() -> opened.load(run, run.size(), (messages, unreadable, bytes) -> {
          all.addAll(messages);
          missing[0] -= messages.size();
        }));
      }
    }
    loops.await("messages", () -> missing[0] == 0);
    return all;
  }

  @Test
  void aFolderOfFormatOneIsRead(@TempDir Path folder) throws Exception {
    copy("/store/format-1", folder);
    for (int start = 0; start < 2; start++) {
      DrivenLoop.Group loops = new DrivenLoop.Group(1);
      try (LogStore store = LogStore.open(folder, StoreRig.SMALL, loops.loops(), List.of())) {
        List<Definition> found = store.definitions().load();
        List<Definition> expected = new ArrayList<>(new DefinitionSamples().all());
        expected.remove(new DefinitionSamples().user());
        expected.add(new DefinitionSamples().otherUser());
        assertThat(found).containsAll(expected).hasSize(expected.size() + 2);
        Definition.Queue[] queues = found.stream()
            .filter(each -> each instanceof Definition.Queue)
            .map(each -> (Definition.Queue) each)
            .filter(each -> List.of("kept", "twin").contains(each.spec().name()))
            .toArray(Definition.Queue[]::new);
        List<Loaded> kept = load(loops, store, queues[0]);
        assertThat(kept.subList(0, KEPT.size()))
            .extracting(each -> StoreRig.text(each.message()))
            .isEqualTo(
                KEPT.stream().map(i -> "message " + i + " " + "x".repeat(200)).toList());
        assertThat(kept).hasSize(KEPT.size() + 1);
        Loaded both = kept.get(KEPT.size());
        assertThat(both.level()).isEqualTo(5);
        assertThat(StoreRig.text(both.message())).isEqualTo("for both");
        assertThat(kept.get(KEPT.size() - 1).attempts()).isEqualTo(2);
        // What may have been delivered before a kill stays so, however often the broker stops in
        // order afterwards.
        assertThat(kept.subList(0, KEPT.size() - 1))
            .allMatch(each -> each.redelivered() == (each.position() <= 270));
        assertThat(load(loops, store, queues[1]))
            .extracting(each -> StoreRig.text(each.message()))
            .containsExactly("for both");
      }
    }
  }

  @Test
  void theFolderHasEverythingThatAFormatHas(@TempDir Path folder) throws Exception {
    copy("/store/format-1", folder);
    Disk disk = new FolderDisk(folder);
    TreeSet<String> kinds = new TreeSet<>();
    for (String name : disk.names()) {
      kinds.add(name.substring(name.indexOf('.') + 1));
      if (name.endsWith(".seg")) {
        ByteBuffer header = ByteBuffer.allocate(Format.SEGMENT_HEADER);
        try (DiskFile file = disk.open(name)) {
          file.read(header, 0);
        }
        SegmentHeader decoded = SegmentHeader.decode(header.flip());
        kinds.add(decoded != null && decoded.moved() ? "moved" : "log");
      }
    }
    assertThat(kinds).containsExactly("checkpoint", "idx", "log", "moved", "seg");
  }

  @Test
  void aLaterFormatIsRefused(@TempDir Path folder) throws Exception {
    copy("/store/format-1", folder);
    Path checkpoint = folder.resolve(Format.CHECKPOINT);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(checkpoint));
    bytes.putInt(4, Format.VERSION + 1);
    int body = bytes.capacity() - 4;
    bytes.putInt(body, Format.checksum(bytes.duplicate().limit(body)));
    Files.write(checkpoint, bytes.array());
    DrivenLoop.Group loops = new DrivenLoop.Group(1);
    assertThatThrownBy(() ->
            LogStore.open(folder, StoreRig.SMALL, loops.loops(), List.of()).close())
        .isInstanceOf(DamagedStoreException.class)
        .hasMessageContaining("format " + (Format.VERSION + 1));
  }

  @Test
  void aBackupIsAStoreOfThatMoment(@TempDir Path folder, @TempDir Path other) throws Exception {
    copy("/store/format-1", folder);
    Path target = other.resolve("backup");
    DrivenLoop.Group loops = new DrivenLoop.Group(1);
    int before;
    Definition.Queue kept;
    try (LogStore store = LogStore.open(folder, StoreRig.SMALL, loops.loops(), List.of())) {
      kept = (Definition.Queue) store.definitions().load().stream()
          .filter(each -> StoreRig.name(each).equals("kept"))
          .findFirst()
          .orElseThrow();
      before = load(loops, store, kept).size();
      var done = store.backup(target).toCompletableFuture();
      loops.await("the backup", done::isDone);
      done.join();
      var again = store.backup(target).toCompletableFuture();
      loops.await("the backup", again::isDone);
      assertThat(again).isCompletedExceptionally();
      var more = store.definitions().put(new DefinitionSamples().user()).toCompletableFuture();
      loops.await("a definition", more::isDone);
    }
    try (LogStore store = LogStore.open(target, StoreRig.SMALL, loops.loops(), List.of())) {
      assertThat(store.definitions().load())
          .contains(new DefinitionSamples().otherUser())
          .doesNotContain(new DefinitionSamples().user());
      assertThat(load(loops, store, kept)).hasSize(before);
    }
  }
}
