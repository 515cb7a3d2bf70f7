package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waypost.message.EncodedProperties;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.message.RetainHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a SEND that travel with the message, as the lines that they came as: a MESSAGE to a client whose version
 * writes them alike repeats these bytes. Whatever can be wrong with them was found on arrival. Immutable, any thread.
 */
public final class HeaderBlock implements EncodedProperties {
  /** Where a client finds replies; the address of a queue is this and its name. */
  public static final String REPLY_QUEUE = "/reply-queue/";

  private final byte[] lines;
  private final StompVersion version;
  private final boolean anyVersion;
  private final boolean asWritten;
  private final boolean persistent;
  private final int priority;
  private final long timeToLive;
  private final @Nullable String userId;
  private final boolean retain;

  HeaderBlock(byte[] lines, StompVersion version) {
    this.lines = lines;
    this.version = version;
    Frame frame = frame();
    boolean plain = true;
    boolean wellWritten = true;
    for (int i = 0; i < frame.size(); i++) {
      // Decoded once here, so that decoding later cannot fail.
      String name = frame.name(i);
      String value = frame.value(i);
      boolean trimmed = isTrimmed(name) && isTrimmed(value);
      plain &= trimmed && isPlain(name) && isPlain(value) && name.indexOf('\\') < 0;
      wellWritten &= version.trims() ? trimmed : !version.escapes() || colon(frame, i) < 0;
    }
    anyVersion = plain;
    asWritten = wellWritten;
    persistent = isTrue(frame.get(HeaderName.PERSISTENT));
    String priorityText = frame.get(HeaderName.PRIORITY);
    priority = priorityText == null ? 0 : number(HeaderName.PRIORITY, priorityText, 255);
    String expiration = frame.get(HeaderName.EXPIRATION);
    timeToLive = expiration == null
        ? Message.NO_EXPIRY
        : longNumber(HeaderName.EXPIRATION, expiration, Long.MAX_VALUE / 1_000_000 / 4);
    String timestamp = frame.get(HeaderName.TIMESTAMP);
    if (timestamp != null) {
      longNumber(HeaderName.TIMESTAMP, timestamp, Long.MAX_VALUE);
    }
    userId = frame.get(HeaderName.USER_ID);
    retain = isTrue(frame.get(HeaderName.RETAIN))
        || RetainHeader.isTrue(frame.get(PropertyHeaders.RETAIN_OF_OTHERS));
  }

  /** A text that every version writes alike, if it {@link #isTrimmed}: without escapes. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == ':' || character == '\\' || character == '\r' || character == '\n') {
        return false;
      }
    }
    return true;
  }

  private static boolean isTrimmed(String text) {
    return text.isEmpty() || (text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ');
  }

  private static int colon(Frame frame, int index) {
    for (int i = frame.valueFrom(index); i < frame.valueTo(index); i++) {
      if (frame.head()[i] == ':') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isTrue(@Nullable String value) {
    return "true".equals(value) || "1".equals(value);
  }

  private static int number(HeaderName name, String value, int most) {
    return (int) longNumber(name, value, most);
  }

  private static long longNumber(HeaderName name, String value, long most) {
    try {
      long number = Long.parseLong(value);
      if (number < 0 || (number > most && name == HeaderName.PRIORITY)) {
        throw new NumberFormatException();
      }
      return Math.min(number, most);
    } catch (NumberFormatException e) {
      throw new MalformedException(name + " is not a number that it can be: '" + value + "'");
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

  /** Milliseconds, or {@link Message#NO_EXPIRY}. */
  public long timeToLive() {
    return timeToLive;
  }

  /** Whether the message is to be kept for those who subscribe later. */
  public boolean retain() {
    return retain;
  }

  /** The user that the publisher claims to be. */
  public @Nullable String userId() {
    return userId;
  }

  /** A copy with another address for replies, which needs no escapes. */
  public HeaderBlock withReplyTo(String address) {
    return new HeaderCollector().collect(frame(), address);
  }

  @Override
  public int size() {
    return lines.length;
  }

  @Override
  public byte form() {
    return HeaderBlockForm.CODE;
  }

  @Override
  public byte[] bytes() {
    return HeaderBlockForm.bytes(version, lines);
  }

  /** Whether these lines are what a client of that version is to read. */
  boolean fits(StompVersion reader) {
    return anyVersion || (asWritten && reader == version);
  }

  void write(ByteBuf out) {
    out.writeBytes(lines);
  }

  boolean isMadeOf(byte[] bytes, int length, StompVersion inVersion) {
    return inVersion == version && Arrays.equals(lines, 0, lines.length, bytes, 0, length);
  }

  @Override
  public Properties decode() {
    Frame frame = frame();
    Set<String> seen = new HashSet<>();
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < frame.size(); i++) {
      String name = frame.name(i);
      if (seen.add(name) && !PropertyHeaders.NAMES.contains(name) && !saysRetain(name)) {
        headers.add(new Header(name, frame.value(i)));
      }
    }
    if (retain) {
      headers.add(new Header(RetainHeader.NAME, true));
    }
    String priorityText = frame.get(HeaderName.PRIORITY);
    String timestamp = frame.get(HeaderName.TIMESTAMP);
    String replyTo = frame.get(HeaderName.REPLY_TO);
    return new Properties(
        frame.get(PropertyHeaders.CONTENT_TYPE),
        frame.get(PropertyHeaders.CONTENT_ENCODING),
        Headers.of(headers),
        persistent,
        priorityText == null ? null : (Integer) priority,
        frame.get(PropertyHeaders.CORRELATION_ID),
        replyTo == null ? null : PropertyHeaders.replyTo(replyTo),
        frame.get(HeaderName.EXPIRATION) == null ? null : Long.toString(timeToLive),
        frame.get(PropertyHeaders.AMQP_MESSAGE_ID),
        timestamp == null ? null : (Long) Long.parseLong(timestamp),
        frame.get(PropertyHeaders.TYPE),
        userId,
        frame.get(PropertyHeaders.APP_ID),
        frame.get(PropertyHeaders.CLUSTER_ID));
  }

  private boolean saysRetain(String name) {
    return retain && (name.equals(HeaderName.RETAIN.text()) || name.equals(RetainHeader.NAME));
  }

  /** The lines, read again. */
  private Frame frame() {
    Frame frame = new Frame();
    frame.begin(io.netty.handler.codec.stomp.StompCommand.SEND, version);
    int from = 0;
    int colon = -1;
    for (int i = 0; i < lines.length; i++) {
      if (lines[i] == ':' && colon < 0) {
        colon = i;
      } else if (lines[i] == '\n') {
        frame.header(from, colon, i);
        from = i + 1;
        colon = -1;
      }
    }
    frame.complete(lines);
    return frame;
  }

  /** Encodes the properties of a message that came by another protocol. */
  static byte[] encode(Properties properties, StompVersion version) {
    ByteBuf out = Unpooled.buffer(128);
    PropertyHeaders.write(properties, version, out);
    return Arrays.copyOf(out.array(), out.readableBytes());
  }
}
