package io.waypost.broker;

import java.util.concurrent.CompletionStage;

/** An attached consumer. Used on the session's loop. */
public interface ConsumerHandle {
  /** Credit that never runs out. */
  int UNLIMITED = Integer.MAX_VALUE;

  /**
   * Allows so many further deliveries; {@link #UNLIMITED} allows all. Negative takes credit away, down to none: what is
   * already under way still arrives.
   */
  void addCredit(int deliveries);

  /**
   * Tells when the store has been given what was settled before this call.
   *
   * @return completes when whatever is given to the store from then on will be behind it on the disk
   */
  CompletionStage<Void> settled();

  /**
   * Takes all credit away.
   *
   * @return completes when the last delivery has arrived that was under way; none comes before there is credit again
   */
  CompletionStage<Void> drain();

  /**
   * Detaches the consumer. Its unsettled deliveries stay with the session.
   *
   * @return completes when the last delivery has arrived
   */
  CompletionStage<Void> cancel();
}
