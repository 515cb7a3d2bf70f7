package io.waypost.amqp;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Direct reply-to: a requester consumes from a pseudo queue and puts its name into requests; whoever answers publishes
 * to the real name that the broker put in its place. That name cannot be guessed, for it is all that a reply needs.
 */
final class DirectReplyTo {
  /** The pseudo queue. */
  static final String ADDRESS = "amq.rabbitmq.reply-to";

  private static final int TOKEN_BYTES = 18;
  private static final SecureRandom RANDOM = new SecureRandom();

  private DirectReplyTo() {}

  /** A name for the replies to one channel. */
  static String newQueueName() {
    return ADDRESS + "." + token();
  }

  /** Text that nobody guesses. */
  static String token() {
    byte[] token = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }
}
