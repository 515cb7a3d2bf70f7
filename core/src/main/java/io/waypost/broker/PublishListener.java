package io.waypost.broker;

/** Learns what became of published messages. Called on the publishing session's loop. */
@FunctionalInterface
public interface PublishListener {
  /** For publishers that do not ask. */
  PublishListener NONE = (token, outcome) -> {};

  /**
   * The outcome of one message; for a persistent message in durable queues not before it is safe in each.
   *
   * @param token as passed to {@link Session#publish}
   */
  void published(long token, PublishOutcome outcome);
}
