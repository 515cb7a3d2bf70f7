package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Headers;
import io.waypost.message.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a basic content header (sections 2.3.5.2 and 1.8.1): property flags and property list, kept as the
 * bytes that came. What every message is asked for is found once, on arrival, and read from its place; the rest stays
 * encoded until {@link #decode()}. Immutable, any thread.
 */
public final class ContentHeader implements EncodedProperties {
  /** The class that content belongs to: basic. */
  public static final int CLASS = BasicMethod.CLASS;

  private static final int CONTENT_TYPE = 1 << 15;
  private static final int CONTENT_ENCODING = 1 << 14;
  private static final int HEADERS = 1 << 13;
  private static final int DELIVERY_MODE = 1 << 12;
  private static final int PRIORITY = 1 << 11;
  private static final int CORRELATION_ID = 1 << 10;
  private static final int REPLY_TO = 1 << 9;
  private static final int EXPIRATION = 1 << 8;
  private static final int MESSAGE_ID = 1 << 7;
  private static final int TIMESTAMP = 1 << 6;
  private static final int TYPE = 1 << 5;
  private static final int USER_ID = 1 << 4;
  private static final int APP_ID = 1 << 3;
  private static final int CLUSTER_ID = 1 << 2;
  private static final int UNKNOWN = 3;

  private static final int PERSISTENT = 2;
  private static final byte[] NOTHING = {};

  /** A header that says nothing. */
  public static final ContentHeader EMPTY = of(Properties.EMPTY);

  private final byte[] bytes;
  private final int flags;
  private final boolean persistent;
  private final int priority;
  private final int headersAt;
  private final int replyToAt;
  private final int expirationAt;
  private final int userIdAt;

  private ContentHeader(byte[] bytes, WireReader in) {
    int start = in.index();
    flags = in.shortInt();
    if ((flags & UNKNOWN) != 0) {
      throw new MalformedException("unknown property flags");
    }
    skipText(in, CONTENT_TYPE);
    skipText(in, CONTENT_ENCODING);
    headersAt = in.index() - start;
    if (has(HEADERS)) {
      FieldTable.check(in);
    }
    persistent = has(DELIVERY_MODE) && in.octet() == PERSISTENT;
    priority = has(PRIORITY) ? in.octet() : 0;
    skipText(in, CORRELATION_ID);
    replyToAt = in.index() - start;
    skipText(in, REPLY_TO);
    expirationAt = in.index() - start;
    skipText(in, EXPIRATION);
    skipText(in, MESSAGE_ID);
    in.skip(has(TIMESTAMP) ? Long.BYTES : 0);
    skipText(in, TYPE);
    userIdAt = in.index() - start;
    skipText(in, USER_ID);
    skipText(in, APP_ID);
    skipText(in, CLUSTER_ID);
    if (in.remaining() != 0) {
      throw new MalformedException(in.remaining() + " bytes behind the properties");
    }
    this.bytes = bytes;
  }

  /** Checks and takes the flags and list at the reader's place. */
  static ContentHeader read(WireReader in, ByteBuf source) {
    return new ContentHeader(Text.bytes(source, in.index(), in.remaining()), in);
  }

  private ContentHeader(
      byte[] bytes,
      int flags,
      boolean persistent,
      int priority,
      int headersAt,
      int replyToAt,
      int expirationAt,
      int userIdAt) {
    this.bytes = bytes;
    this.flags = flags;
    this.persistent = persistent;
    this.priority = priority;
    this.headersAt = headersAt;
    this.replyToAt = replyToAt;
    this.expirationAt = expirationAt;
    this.userIdAt = userIdAt;
  }

  /** Encodes properties. */
  public static ContentHeader of(Properties properties) {
    return of(properties, NOTHING, NOTHING);
  }

  /**
   * Encodes properties whose headers end with entries that are encoded already, as {@link FieldTable#encodeEntries} does.
   *
   * @param more such entries, or nothing
   * @param last further ones, or nothing
   */
  public static ContentHeader of(Properties properties, byte[] more, byte[] last) {
    ByteBuf buffer = Unpooled.buffer(64 + more.length + last.length);
    WireWriter out = new WireWriter().over(buffer);
    out.shortInt(0);
    int flags = 0;
    flags |= text(out, CONTENT_TYPE, properties.contentType());
    flags |= text(out, CONTENT_ENCODING, properties.contentEncoding());
    int headersAt = buffer.writerIndex();
    if (!properties.headers().isEmpty() || more.length > 0 || last.length > 0) {
      flags |= HEADERS;
      FieldTable.write(properties.headers(), more, last, out);
    }
    // An absent delivery mode means transient, and is what most publishers of transient messages
    // send.
    if (properties.persistent()) {
      flags |= DELIVERY_MODE;
      out.octet(PERSISTENT);
    }
    Integer priority = properties.priority();
    if (priority != null) {
      flags |= PRIORITY;
      out.octet(priority);
    }
    flags |= text(out, CORRELATION_ID, properties.correlationId());
    int replyToAt = buffer.writerIndex();
    flags |= text(out, REPLY_TO, properties.replyTo());
    int expirationAt = buffer.writerIndex();
    flags |= text(out, EXPIRATION, properties.expiration());
    flags |= text(out, MESSAGE_ID, properties.messageId());
    Long timestamp = properties.timestamp();
    if (timestamp != null) {
      flags |= TIMESTAMP;
      out.longLong(timestamp);
    }
    flags |= text(out, TYPE, properties.type());
    int userIdAt = buffer.writerIndex();
    flags |= text(out, USER_ID, properties.userId());
    flags |= text(out, APP_ID, properties.appId());
    flags |= text(out, CLUSTER_ID, properties.clusterId());
    buffer.setShort(0, flags);
    return new ContentHeader(
        Text.bytes(buffer, 0, buffer.readableBytes()),
        flags,
        properties.persistent(),
        priority == null ? 0 : priority & 0xFF,
        headersAt,
        replyToAt,
        expirationAt,
        userIdAt);
  }

  /**
   * The header whose bytes a store kept; the array becomes the header's.
   *
   * @throws IllegalArgumentException if they are none
   */
  static ContentHeader stored(byte[] bytes) {
    try {
      return new ContentHeader(bytes, over(bytes, 0));
    } catch (MalformedException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a content header: " + e.getMessage(), e);
    }
  }

  /** Whether the message is to survive a restart. */
  public boolean persistent() {
    return persistent;
  }

  /** The priority, 0 when absent. */
  public int priority() {
    return priority;
  }

  /**
   * Which of these headers there are, found in one walk without decoding them.
   *
   * @param names in UTF-8, at most 31
   * @return a bit for each, the first one lowest
   */
  public int present(byte[]... names) {
    return has(HEADERS) ? FieldTable.present(over(bytes, headersAt), names) : 0;
  }

  /** The time to live as the publisher wrote it. */
  public @Nullable String expiration() {
    return has(EXPIRATION) ? over(bytes, expirationAt).shortText() : null;
  }

  /** The user that the publisher claims to be. */
  public @Nullable String userId() {
    return has(USER_ID) ? over(bytes, userIdAt).shortText() : null;
  }

  /** Where a reply goes. */
  public @Nullable String replyTo() {
    return has(REPLY_TO) ? over(bytes, replyToAt).shortText() : null;
  }

  @Override
  public int size() {
    return bytes.length;
  }

  @Override
  public byte form() {
    return ContentHeaderForm.CODE;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public Properties decode() {
    WireReader in = over(bytes, Short.BYTES);
    return new Properties(
        text(in, CONTENT_TYPE),
        text(in, CONTENT_ENCODING),
        has(HEADERS) ? in.table() : Headers.empty(),
        has(DELIVERY_MODE) && in.octet() == PERSISTENT,
        has(PRIORITY) ? (Integer) in.octet() : null,
        text(in, CORRELATION_ID),
        text(in, REPLY_TO),
        text(in, EXPIRATION),
        text(in, MESSAGE_ID),
        has(TIMESTAMP) ? (Long) in.longLong() : null,
        text(in, TYPE),
        text(in, USER_ID),
        text(in, APP_ID),
        text(in, CLUSTER_ID));
  }

  /** Whether these are the bytes that this header came as. */
  boolean isAt(ByteBuf source, int index, int length) {
    if (length != bytes.length) {
      return false;
    }
    // From the end: publishers that vary something vary an id or a time, not the leading content
    // type.
    for (int i = length - 1; i >= 0; i--) {
      if (bytes[i] != source.getByte(index + i)) {
        return false;
      }
    }
    return true;
  }

  void write(ByteBuf out) {
    out.writeBytes(bytes);
  }

  private boolean has(int flag) {
    return (flags & flag) != 0;
  }

  private void skipText(WireReader in, int flag) {
    if (has(flag)) {
      in.skip(in.octet());
    }
  }

  private @Nullable String text(WireReader in, int flag) {
    return has(flag) ? in.shortText() : null;
  }

  private static int text(WireWriter out, int flag, @Nullable String value) {
    if (value == null) {
      return 0;
    }
    out.shortString(value);
    return flag;
  }

  private static WireReader over(byte[] bytes, int from) {
    return new WireReader().over(Unpooled.wrappedBuffer(bytes), from, bytes.length - from);
  }
}
