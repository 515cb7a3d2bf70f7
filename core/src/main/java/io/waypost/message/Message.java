package io.waypost.message;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way from a publisher to queues: where it was published, what the publisher says about it, and its
 * body. Immutable; any thread may read it. The body is shared by every queue and consumer, so nobody may write to it.
 *
 * <p>The few facts that routing and queues need on the hot path ({@link #persistent}, {@link #priority},
 * {@link #timeToLive}) are plain fields; the rest waits in its wire form until somebody asks for {@link #properties()}.
 */
public final class Message {
  /** {@link #timeToLive()} of a message that does not expire by itself. */
  public static final long NO_EXPIRY = -1;

  private static final int OVERHEAD = 160;
  private static final int PER_KEY = 64;

  private final String exchange;
  private final String routingKey;
  private final List<String> copyKeys;
  private final List<String> blindKeys;
  private final byte[] body;
  private final @Nullable EncodedProperties encoded;
  private final Origin origin;
  private final boolean persistent;
  private final boolean retain;
  private final int priority;
  private final long timeToLive;
  private final int footprint;
  // Racy by intent: decoding twice gives equal, immutable values.
  private @Nullable Properties properties;

  private Message(
      String exchange,
      String routingKey,
      List<String> copyKeys,
      List<String> blindKeys,
      byte[] body,
      @Nullable EncodedProperties encoded,
      @Nullable Properties properties,
      Origin origin,
      boolean persistent,
      boolean retain,
      int priority,
      long timeToLive) {
    this.exchange = exchange;
    this.routingKey = routingKey;
    this.copyKeys = copyKeys;
    this.blindKeys = blindKeys;
    this.body = body;
    this.encoded = encoded;
    this.properties = properties;
    this.origin = origin;
    this.persistent = persistent;
    this.retain = retain;
    this.priority = priority;
    this.timeToLive = timeToLive;
    this.footprint = body.length
        + OVERHEAD
        + (encoded != null ? encoded.size() : properties != null ? properties.footprint() : 0)
        + footprint(copyKeys)
        + footprint(blindKeys);
  }

  private static int footprint(List<String> keys) {
    int sum = 0;
    for (int i = 0; i < keys.size(); i++) {
      sum += PER_KEY + keys.get(i).length();
    }
    return sum;
  }

  /**
   * A message whose properties stay in their wire form.
   *
   * @param persistent as the properties say
   * @param priority as the properties say, 0 when they say nothing
   * @param timeToLive milliseconds as the properties say, or {@link #NO_EXPIRY}
   */
  public static Message encoded(
      String exchange,
      String routingKey,
      byte[] body,
      EncodedProperties encoded,
      Origin origin,
      boolean persistent,
      int priority,
      long timeToLive) {
    return new Message(
        exchange,
        routingKey,
        List.of(),
        List.of(),
        body,
        encoded,
        null,
        origin,
        persistent,
        false,
        priority,
        timeToLive);
  }

  /**
   * A message with decoded properties.
   *
   * @throws IllegalArgumentException if the expiration is no whole number of milliseconds, 0 or more
   */
  public static Message of(
      String exchange, String routingKey, byte[] body, Properties properties, Origin origin) {
    Integer priority = properties.priority();
    return new Message(
        exchange,
        routingKey,
        List.of(),
        List.of(),
        body,
        null,
        properties,
        origin,
        properties.persistent(),
        false,
        priority == null ? 0 : priority,
        timeToLive(properties.expiration()));
  }

  /** A copy that is also routed by these keys: {@code copies} are visible to consumers, {@code blind} are not. */
  public Message withMoreKeys(List<String> copies, List<String> blind) {
    return copy(List.copyOf(copies), List.copyOf(blind), retain);
  }

  /** A copy that is to be kept for those who come later, when it is published. */
  public Message toRetain() {
    return copy(copyKeys, blindKeys, true);
  }

  private Message copy(List<String> copies, List<String> blind, boolean withRetain) {
    return new Message(
        exchange,
        routingKey,
        copies,
        blind,
        body,
        encoded,
        properties,
        origin,
        persistent,
        withRetain,
        priority,
        timeToLive);
  }

  /** A copy for another address, as if it had been published there. */
  public Message at(String toExchange, String withKey) {
    return new Message(
        toExchange,
        withKey,
        copyKeys,
        blindKeys,
        body,
        encoded,
        properties,
        origin,
        persistent,
        retain,
        priority,
        timeToLive);
  }

  /**
   * A copy published anew: other address, other properties, no further keys, the same body; its origin remembers where it
   * was published first. It is not kept again.
   */
  public Message republished(String toExchange, String withKey, Properties withProperties) {
    return of(toExchange, withKey, body, withProperties, leaving());
  }

  /** The origin for a copy of this message at another address. */
  public Origin leaving() {
    return origin.leaving(exchange, routingKey);
  }

  /** A copy at the same address, with the same keys, and other properties. */
  public Message withProperties(Properties replacement) {
    Message copy = of(exchange, routingKey, body, replacement, origin);
    return copyKeys.isEmpty() && blindKeys.isEmpty()
        ? copy
        : copy.withMoreKeys(copyKeys, blindKeys);
  }

  /** The exchange it was published to; empty for the default exchange. */
  public String exchange() {
    return exchange;
  }

  /** The routing key it was published with. */
  public String routingKey() {
    return routingKey;
  }

  /** Further routing keys that consumers may see (CC). */
  public List<String> copyKeys() {
    return copyKeys;
  }

  /** Further routing keys that consumers must not see (BCC). */
  public List<String> blindKeys() {
    return blindKeys;
  }

  /** The body; never write to it. */
  public byte[] body() {
    return body;
  }

  /** The properties, decoded at the first call. */
  public Properties properties() {
    Properties known = properties;
    if (known == null) {
      if (encoded == null) {
        throw new IllegalStateException("a message has properties in one form or the other");
      }
      known = encoded.decode();
      properties = known;
    }
    return known;
  }

  /** The wire form of the properties, if they still are what the publisher sent. */
  public @Nullable EncodedProperties encoded() {
    return encoded;
  }

  /** Who published it. */
  public Origin origin() {
    return origin;
  }

  /** Whether it survives a restart in a durable queue. */
  public boolean persistent() {
    return persistent;
  }

  /**
   * Whether publishing it keeps it, too, in place of the one that was kept for its exchange and routing key; with an empty
   * body only takes that one away. Said by the adapter for what its client publishes, and not stored.
   */
  public boolean retain() {
    return retain;
  }

  /** Its priority, 0 to 255; 0 when the publisher gave none. */
  public int priority() {
    return priority;
  }

  /** How long it lives in a queue, in milliseconds, or {@link #NO_EXPIRY}. */
  public long timeToLive() {
    return timeToLive;
  }

  /** Forgets the decoded properties if they can be decoded again: for a message that has to wait. */
  public void compact() {
    if (encoded != null && properties != null) {
      properties = null;
    }
  }

  /** Roughly the heap that it holds while it waits, in bytes; never changes. */
  public int footprint() {
    return footprint;
  }

  private static long timeToLive(@Nullable String expiration) {
    if (expiration == null) {
      return NO_EXPIRY;
    }
    long millis = Long.parseLong(expiration);
    if (millis < 0) {
      throw new IllegalArgumentException("negative expiration " + millis);
    }
    return millis;
  }
}
