package io.waypost.store;

import io.waypost.message.Message;

/**
 * The messages of one queue, as commands in the order in which the queue's loop gives them. What is stored is a pure
 * function of these commands.
 *
 * <p>A position is given out by the queue, rises with every append and is never used twice.
 */
public interface QueueStore {
  /**
   * Adds a message.
   *
   * @param share in how many queues the message is stored with one body
   * @param safety told once the message is as safe as it will be, if the return value is false
   * @return whether it already is
   */
  boolean append(long position, Message message, int share, Safety safety);

  /** Forgets a message that was handled, dropped or moved. */
  void remove(long position, Message message, int share);

  /** Notes that a message came back from a consumer for the given number of times. */
  void returned(long position, int attempts);

  /** The queue is gone, and all that it held. */
  void drop();

  /** Learns of the fate of an append, on the queue's loop. */
  @FunctionalInterface
  interface Safety {
    /**
     * The append was decided.
     *
     * @param stored false when it failed and the message will not survive a restart
     */
    void decided(boolean stored);
  }
}
