package io.waypost.store;

import io.waypost.loop.Loop;

/** Keeps the messages of all queues. Any thread may open a queue's part; the part belongs to the queue's loop. */
public interface MessageStore extends AutoCloseable {
  /**
   * The part of the store that holds one queue's messages.
   *
   * @param queue number of the queue, unique in the store
   * @param durable whether its persistent messages are to survive a restart
   * @param loop the loop that gives every command and on which {@link Safety} is told
   */
  QueueStore open(long queue, boolean durable, Loop loop);

  /** Bytes of heap that stored messages hold, at most about {@code loops x 256 KiB} off. Any thread. */
  long bytesInMemory();

  @Override
  void close();
}
