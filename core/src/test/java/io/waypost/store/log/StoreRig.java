package io.waypost.store.log;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.message.PropertiesForm;
import io.waypost.store.Definition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A store on a disk in memory, with loops that the test drives. */
final class StoreRig implements AutoCloseable {
  /** A store that does everything often. */
  static final StoreSettings SMALL = new StoreSettings(
      8 << 10,
      24 << 10,
      Duration.ofHours(1),
      0.4,
      0,
      1 << 20,
      Duration.ofSeconds(1),
      StoreSettings.RecoveryMode.REFUSE);

  /** A store with larger segments. */
  static final StoreSettings MEDIUM = new StoreSettings(
      600 << 10,
      24 << 10,
      Duration.ofHours(1),
      0.4,
      0,
      1 << 20,
      Duration.ofSeconds(1),
      StoreSettings.RecoveryMode.REFUSE);

  /** A store that does nothing by itself: no roll, no checkpoint. */
  static final StoreSettings LARGE = new StoreSettings(
      64 << 20,
      1L << 30,
      Duration.ofHours(1),
      0.4,
      0,
      1 << 20,
      Duration.ofSeconds(1),
      StoreSettings.RecoveryMode.REFUSE);

  final MemoryDisk disk;
  final DrivenLoop.Group loops;
  final StoreSettings settings;
  final LogStore store;
  final Map<String, Definition> found = new LinkedHashMap<>();
  long unreadable;
  long unreadableBytes;
  private boolean closed;

  StoreRig(MemoryDisk disk, StoreSettings settings) {
    this(disk, settings, 2);
  }

  StoreRig(MemoryDisk disk, StoreSettings settings, int size) {
    this.disk = disk;
    this.settings = settings;
    this.loops = new DrivenLoop.Group(size);
    try {
      this.store = LogStore.open(disk, settings, loops.loops(), List.<PropertiesForm>of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    store.definitions().load().forEach(each -> found.put(name(each), each));
  }

  static String name(Definition definition) {
    return definition instanceof Definition.Queue queue
        ? queue.spec().name()
        : definition.getClass().getSimpleName() + definition.id();
  }

  /** Declares a durable queue and waits until that is safe. */
  Lane declare(String name) {
    return declare(name, 0);
  }

  Lane declare(String name, int loop) {
    Lane lane = new Lane(this, name, store.newQueue(), true, loops.loop(loop));
    await(store.definitions().put(lane.definition()));
    return lane;
  }

  /** A queue that was declared before the store was opened. */
  Lane reopen(String name) {
    return reopen(name, 0);
  }

  Lane reopen(String name, int loop) {
    if (found.get(name) instanceof Definition.Queue queue) {
      return new Lane(this, name, queue.number(), true, loops.loop(loop));
    }
    throw new AssertionError("queue " + name + " is not there, only " + found.keySet());
  }

  void await(CompletionStage<?> stage) {
    CompletableFuture<?> future = stage.toCompletableFuture();
    loops.await("a stage", future::isDone);
    future.join();
  }

  /** Asks the writing thread; everything that was handed over before is done by then. */
  <T> T ask(Function<LogWriter, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    store.writer.submit((LogWriter on) -> {
      try {
        answer.complete(question.apply(on));
      } catch (RuntimeException e) {
        answer.completeExceptionally(e);
      }
    });
    loops.await("an answer of the writer", answer::isDone);
    return answer.join();
  }

  /** Waits until everything that was handed over is written, safe or not. */
  void flush() {
    ask(on -> true);
    ask(on -> true);
  }

  /** Makes a checkpoint and waits until everything that follows from it is done: deletion and compaction. */
  void checkpoint() {
    ask(on -> {
      on.checkpoints.want();
      return true;
    });
    settle();
  }

  /** Waits until checkpoints, deletion and compaction are done. */
  void settle() {
    for (int still = 0; still < 3 && !disk.isPowerLost(); ) {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      store.housekeeping.execute(() -> done.complete(true));
      await(done);
      still = ask(on -> on.checkpoints.isUnderWay()) ? 0 : still + 1;
    }
  }

  /** The store after a clean stop, opened again. */
  StoreRig restart() {
    close();
    return new StoreRig(disk, settings, loops.loops().size());
  }

  /** The store after the process was killed, opened again. */
  StoreRig afterKill() {
    MemoryDisk left = disk.kill();
    close();
    return new StoreRig(left, settings, loops.loops().size());
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      store.close();
    }
  }

  static Message message(String body) {
    return message(body.getBytes(StandardCharsets.UTF_8), true);
  }

  static Message message(byte[] body, boolean persistent) {
    Properties properties = new Properties(
        null,
        null,
        Headers.empty(),
        persistent,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
    return Message.of("", "key", body, properties, Origin.BROKER);
  }

  static String text(Message message) {
    return new String(message.body(), StandardCharsets.UTF_8);
  }

  static List<Message> messages(int from, int to) {
    List<Message> messages = new ArrayList<>();
    for (int i = from; i < to; i++) {
      messages.add(message("message " + i));
    }
    return messages;
  }

  static List<String> texts(int from, int to) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      texts.add("message " + i);
    }
    return texts;
  }
}
