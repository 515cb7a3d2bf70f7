package io.waypost.queue;

import io.waypost.message.Message;
import org.jspecify.annotations.Nullable;

/** What a queue needs from the broker around it. Called on the queue's loop. */
public interface QueueOwner {
  /**
   * Publishes a message that left the queue unhandled.
   *
   * @param message as it is to be published, deaths noted in its headers
   * @param automatic whether no consumer had a part in it, so that a cycle would never end
   * @param again whether that may have been done already, before a crash
   * @param receipt told, on the queue's loop and possibly within the call, what became of it; null when nobody asks
   */
  void deadLetter(
      Queue from, Message message, boolean automatic, boolean again, @Nullable Receipt receipt);

  /** Nobody uses the queue any more, and it was declared to go then: delete it. */
  void disused(Queue queue);
}
