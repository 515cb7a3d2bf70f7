package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.stomp.StompCommand;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.transport.OriginForms;
import io.waypost.transport.OriginHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames one behind the other into buffers, and hands each buffer on when it is full or when asked to. What a
 * connection's deliveries repeat (their subscription, their destination) is kept as bytes.
 *
 * <p>Used on the channel's event loop. Nothing is held between {@link #flush()} and the next frame.
 */
public final class FrameWriter {
  private static final String PROTOCOL = "stomp";
  private static final int BUFFER = 32 * 1024;
  private static final int SMALL_ROOM = 512;
  private static final int LONGEST_NUMBER = 20;
  private static final byte[] NOTHING = {};
  private static final byte[] MESSAGE = ascii("MESSAGE\nsubscription:");
  private static final byte[] MESSAGE_ID = ascii("message-id:");
  private static final byte[] ACK = ascii("\nack:");
  private static final byte[] REDELIVERED = ascii("\nredelivered:true");
  private static final byte[] CONTENT_LENGTH = ascii("\ncontent-length:");
  private static final byte[] RECEIPT = ascii("RECEIPT\nreceipt-id:");
  private static final byte[] END = {'\n', '\n', 0};

  private final ByteBufAllocator allocator;
  private final Consumer<ByteBuf> sink;
  private final byte[] digits = new byte[LONGEST_NUMBER];
  private StompVersion version = StompVersion.V1_0;
  private boolean origins;
  private @Nullable ByteBuf current;

  private String lastExchange = "";
  private @Nullable String lastKey;
  private boolean lastAsTopic;
  private byte[] lastDestination = NOTHING;

  /**
   * A writer with an empty buffer.
   *
   * @param sink takes full buffers and owns them from then on
   */
  public FrameWriter(ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    this.allocator = allocator;
    this.sink = sink;
  }

  /** The agreed version, in whose escapes headers are written. */
  public void version(StompVersion agreed) {
    version = agreed;
  }

  /** Sets whether messages of other protocols tell where they came from. */
  public void origins(boolean told) {
    origins = told;
  }

  /** Hands on what has been written. */
  public void flush() {
    ByteBuf full = current;
    if (full != null) {
      current = null;
      sink.accept(full);
    }
  }

  /** Drops what has been written. */
  public void release() {
    if (current != null) {
      current.release();
      current = null;
    }
  }

  /** A heart-beat. */
  public void heartBeat() {
    room(1).writeByte('\n');
  }

  /** The frame that answers a receipt header; its value as it stood there. */
  public void receipt(byte[] rawValue) {
    room(rawValue.length + SMALL_ROOM).writeBytes(RECEIPT).writeBytes(rawValue).writeBytes(END);
  }

  /**
   * Any frame.
   *
   * @param headers names and values behind each other
   */
  public void frame(StompCommand command, Iterable<String> headers, byte[] body) {
    ByteBuf out = room(SMALL_ROOM);
    ByteBufUtil.writeAscii(out, command.name());
    boolean name = true;
    // CONNECTED is never escaped: the client does not know yet what was agreed.
    StompVersion escapes = command == StompCommand.CONNECTED ? StompVersion.V1_0 : version;
    for (String each : headers) {
      out.writeByte(name ? '\n' : ':');
      if (name) {
        Text.writeName(out, each, escapes);
      } else {
        Text.write(out, each, escapes);
      }
      name = !name;
    }
    if (body.length > 0) {
      out.writeBytes(CONTENT_LENGTH);
      number(out, body.length);
    }
    out.writeByte('\n').writeByte('\n');
    bytes(body);
    room(1).writeByte(0);
  }

  /** A value in the escapes of the agreed version, for what is written again and again. */
  public byte[] encoded(String value) {
    ByteBuf out = Unpooled.buffer();
    Text.write(out, value, version);
    return Arrays.copyOf(out.array(), out.readableBytes());
  }

  /** What a value says that stands in the escapes of the agreed version; null if it is not well written. */
  public @Nullable String decoded(byte[] rawValue) {
    try {
      return Text.unescaped(rawValue, 0, rawValue.length, version);
    } catch (MalformedException e) {
      return null;
    }
  }

  /**
   * A MESSAGE.
   *
   * @param subscription its subscription's id, encoded
   * @param idPrefix what its id begins with, encoded
   * @param id what its id ends with
   * @param ack whether an acknowledgement is awaited
   * @param asTopic whether its destination is told as a topic of MQTT
   */
  public void message(
      byte[] subscription,
      byte[] idPrefix,
      long id,
      boolean ack,
      boolean redelivered,
      boolean asTopic,
      Message message) {
    byte[] destination = destination(message, asTopic);
    ByteBuf out = room(SMALL_ROOM + subscription.length + 2 * idPrefix.length + destination.length);
    out.writeBytes(MESSAGE).writeBytes(subscription);
    out.writeBytes(destination).writeBytes(MESSAGE_ID).writeBytes(idPrefix);
    number(out, id);
    if (ack && version == StompVersion.V1_2) {
      out.writeBytes(ACK).writeBytes(idPrefix);
      number(out, id);
    }
    if (redelivered) {
      out.writeBytes(REDELIVERED);
    }
    byte[] body = message.body();
    out.writeBytes(CONTENT_LENGTH);
    number(out, body.length);
    out.writeByte('\n');
    properties(message);
    room(1).writeByte('\n');
    bytes(body);
    room(1).writeByte(0);
  }

  private void properties(Message message) {
    if (message.encoded() instanceof HeaderBlock block && block.fits(version)) {
      block.write(room(block.size()));
    } else if (origins && OriginHeaders.isForeign(message, PROTOCOL)) {
      Properties said = message.properties();
      Headers own = OriginHeaders.stripped(said.headers());
      bytes(HeaderBlock.encode(
          own.size() == said.headers().size() ? said : said.withHeaders(own), version));
      OriginForms<byte[]> forms = OriginLines.of(version);
      bytes(forms.origin(message));
      byte[] topic = forms.topic(message);
      bytes(topic == null ? NOTHING : topic);
    } else {
      bytes(HeaderBlock.encode(message.properties(), version));
    }
  }

  private byte[] destination(Message message, boolean asTopic) {
    String exchange = message.exchange();
    String key = message.routingKey();
    if (asTopic != lastAsTopic || !key.equals(lastKey) || !exchange.equals(lastExchange)) {
      ByteBuf out = Unpooled.buffer();
      ByteBufUtil.writeAscii(out, "\ndestination:");
      String destination =
          asTopic ? DestinationText.ofTopic(exchange, key) : DestinationText.of(exchange, key);
      Text.write(out, destination, version);
      out.writeByte('\n');
      lastDestination = Arrays.copyOf(out.array(), out.readableBytes());
      lastExchange = exchange;
      lastKey = key;
      lastAsTopic = asTopic;
    }
    return lastDestination;
  }

  /** Copied: the socket takes nothing but direct memory, and would copy later in smaller portions. */
  private void bytes(byte[] source) {
    int at = 0;
    while (at < source.length) {
      ByteBuf out = room(1);
      int count = Math.min(source.length - at, out.writableBytes());
      out.writeBytes(source, at, count);
      at += count;
    }
  }

  private void number(ByteBuf out, long value) {
    int at = LONGEST_NUMBER;
    long rest = value;
    do {
      digits[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    out.writeBytes(digits, at, LONGEST_NUMBER - at);
  }

  /** A buffer with at least so much room, or one that grows. */
  private ByteBuf room(int bytes) {
    ByteBuf out = current;
    if (out != null && out.writableBytes() < bytes) {
      flush();
      out = null;
    }
    if (out == null) {
      out = allocator.directBuffer(Math.max(BUFFER, bytes));
      current = out;
    }
    return out;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
