package io.waypost.store;

import io.waypost.broker.Inspector.StoreInfo;
import io.waypost.loop.Loop;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Keeps the messages of all queues. Any thread. */
public interface MessageStore extends AutoCloseable {
  /** A number for a new queue, never given out before, not before a restart either. */
  long newQueue();

  /**
   * The part of the store that holds one queue's messages; it belongs to the queue's loop.
   *
   * @param queue number of the queue, from {@link #newQueue()}, now or before a restart
   * @param durable whether its persistent messages are to survive a restart
   * @param loop the loop that gives every command and on which decisions are told
   */
  QueueStore open(long queue, boolean durable, Loop loop);

  /** Bytes of heap that messages hold, at most about {@code loops x 256 KiB} off. */
  long bytesInMemory();

  /** What the store runs out of besides memory, in words for publishers ("low on disk"), or null. */
  @Nullable
  String shortage();

  /** Has the listener called, on any thread, when {@link #bytesInMemory()} or {@link #shortage()} moved noticeably. */
  void onChange(Runnable changed);

  /** What is on disk and what was written. */
  StoreInfo usage();

  /**
   * Copies everything that is stored, as of one moment, into a folder that is empty or not there. The stage completes on
   * any thread when the copy is safe, and fails with {@link io.waypost.broker.BrokerException}.
   */
  CompletionStage<Void> backup(Path folder);

  /** Completes, on any thread, when everything commanded so far is decided and the loops have been told. */
  CompletionStage<Void> sync();

  /** Ends when everything that was commanded is kept. */
  @Override
  void close();
}
