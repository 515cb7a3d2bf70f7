package io.waypost.message;

import org.jspecify.annotations.Nullable;

/**
 * What a publisher says about its message, in the superset that the protocols share. Absent is null (or empty headers).
 *
 * @param contentType MIME type
 * @param contentEncoding MIME encoding
 * @param headers the application's own entries
 * @param persistent whether the message is to survive a restart in a durable queue
 * @param priority 0 to 255
 * @param correlationId ties a reply to its request
 * @param replyTo where a reply goes
 * @param expiration time to live in milliseconds, as the text that the publisher wrote
 * @param messageId the application's id
 * @param timestamp seconds since 1970
 * @param type the application's message type
 * @param userId the publishing user, checked when given
 * @param appId the publishing application
 * @param clusterId the reserved field of AMQP 0-9-1, passed on
 */
public record Properties(
    @Nullable String contentType,
    @Nullable String contentEncoding,
    Headers headers,
    boolean persistent,
    @Nullable Integer priority,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable String expiration,
    @Nullable String messageId,
    @Nullable Long timestamp,
    @Nullable String type,
    @Nullable String userId,
    @Nullable String appId,
    @Nullable String clusterId) {

  private static final int OVERHEAD = 72;
  private static final int PER_TEXT = 40;

  /** A message about which nothing is said. */
  public static final Properties EMPTY = new Properties(
      null,
      null,
      Headers.empty(),
      false,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null);

  /** A copy with these headers. */
  public Properties withHeaders(Headers replacement) {
    return new Properties(
        contentType,
        contentEncoding,
        replacement,
        persistent,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  /** A copy that survives a restart in a durable queue, or does not. */
  public Properties withPersistent(boolean survives) {
    return new Properties(
        contentType,
        contentEncoding,
        headers,
        survives,
        priority,
        correlationId,
        replyTo,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  /** A copy that never expires by itself. */
  public Properties withoutExpiration() {
    return withExpiration(null);
  }

  /** A copy with this time to live in milliseconds, as text; null for none. */
  public Properties withExpiration(@Nullable String millis) {
    return new Properties(
        contentType,
        contentEncoding,
        headers,
        persistent,
        priority,
        correlationId,
        replyTo,
        millis,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  /** A copy with this address for replies. */
  public Properties withReplyTo(String address) {
    return new Properties(
        contentType,
        contentEncoding,
        headers,
        persistent,
        priority,
        correlationId,
        address,
        expiration,
        messageId,
        timestamp,
        type,
        userId,
        appId,
        clusterId);
  }

  /** Roughly the heap that they hold, in bytes. */
  int footprint() {
    return OVERHEAD
        + headers.footprint()
        + footprint(contentType)
        + footprint(contentEncoding)
        + footprint(correlationId)
        + footprint(replyTo)
        + footprint(expiration)
        + footprint(messageId)
        + footprint(type)
        + footprint(userId)
        + footprint(appId)
        + footprint(clusterId);
  }

  private static int footprint(@Nullable String text) {
    return text == null ? 0 : PER_TEXT + text.length();
  }
}
