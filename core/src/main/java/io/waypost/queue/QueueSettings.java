package io.waypost.queue;

import org.jspecify.annotations.Nullable;

/**
 * The features of a queue, from its arguments and the policies that apply. Absent numbers are {@link #NONE}.
 *
 * @param messageTtl milliseconds that a message may stay
 * @param expires milliseconds that the queue may stay unused
 * @param maxLength most ready messages
 * @param maxBytes most bytes of ready messages' bodies
 * @param overflow what happens at the limit
 * @param deadLetterExchange where dropped, rejected and expired messages go
 * @param deadLetterKey with which routing key; their own when null
 * @param maxPriority highest priority told apart, 0 to 255
 * @param deliveryLimit how often a message may come back before it is dropped
 * @param singleActiveConsumer whether only one consumer at a time gets messages
 */
public record QueueSettings(
    long messageTtl,
    long expires,
    long maxLength,
    long maxBytes,
    Overflow overflow,
    @Nullable String deadLetterExchange,
    @Nullable String deadLetterKey,
    int maxPriority,
    long deliveryLimit,
    boolean singleActiveConsumer) {

  /** No limit. */
  public static final long NONE = -1;

  /** A queue without a feature. */
  public static final QueueSettings PLAIN =
      new QueueSettings(NONE, NONE, NONE, NONE, Overflow.DROP_HEAD, null, null, 0, NONE, false);

  /** What a full queue does. */
  public enum Overflow {
    /** Drops its oldest ready message. */
    DROP_HEAD("drop-head"),
    /** Refuses the new message. */
    REJECT_PUBLISH("reject-publish"),
    /** Refuses the new message and dead-letters it. */
    REJECT_PUBLISH_DLX("reject-publish-dlx");

    private final String text;

    Overflow(String text) {
      this.text = text;
    }

    /** As in arguments and policies. */
    public String text() {
      return text;
    }

    /** The constant of that text, or null. */
    static @Nullable Overflow of(String text) {
      for (Overflow overflow : values()) {
        if (overflow.text.equals(text)) {
          return overflow;
        }
      }
      return null;
    }
  }
}
