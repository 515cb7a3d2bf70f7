package io.waypost.broker;

import io.waypost.message.Message;

/** One message on loan to a consumer. Used on the session's loop. */
public interface Delivery {
  /**
   * The message. Asked for within {@link Consumer#deliver}, before the delivery is settled: later it may be on disk only.
   * The delivery of a {@link Session.Got} has it until it is settled.
   *
   * @throws IllegalStateException when it is not there any more
   */
  Message message();

  /** Whether it was delivered before, to this consumer or another. */
  boolean redelivered();

  /** How often it was given back after a delivery; 0 the first time. */
  int attempts();

  /** The queue that it comes from. */
  String queue();

  /** Its number in the queue: rises with each message, and stays the same when the message is delivered again. */
  long position();

  /** How many milliseconds the message still may wait, or {@link Message#NO_EXPIRY}. */
  long timeLeft();

  /** Whether nothing is to be settled: the queue has forgotten it already. */
  boolean settled();

  /** Gives it back, once; a second time is ignored, as is the call for a consumer that accepts automatically. */
  void settle(Settlement how);
}
