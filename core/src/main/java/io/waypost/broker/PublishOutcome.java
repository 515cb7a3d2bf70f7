package io.waypost.broker;

/** What became of a published message. */
public enum PublishOutcome {
  /** Every queue that it was routed to has it. */
  ROUTED,
  /** No queue wanted it; told within the call that published it. */
  UNROUTABLE,
  /** At least one queue was full and rejects what it cannot hold. */
  OVERFLOWED,
  /** At least one queue could not store it. */
  FAILED
}
