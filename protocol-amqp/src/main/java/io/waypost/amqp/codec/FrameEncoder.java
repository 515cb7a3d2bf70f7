package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames one behind the other into buffers, and hands each buffer on when it is full or when asked to. Bodies
 * are copied into the buffers: the socket takes nothing but direct memory, so that wrapping them would only copy them
 * later, in smaller portions.
 *
 * <p>Used on the channel's event loop. Nothing is held between {@link #flush()} and the next frame.
 */
public final class FrameEncoder {
  private static final int BUFFER = 32 * 1024;
  private static final int LONGEST_SHORT_STRING = 256;
  private static final int DELIVER = BasicMethod.CLASS << 16 | BasicMethod.Deliver.NUMBER;
  private static final int ACK = BasicMethod.CLASS << 16 | BasicMethod.Ack.NUMBER;
  private static final int DELIVER_ROOM = 32 + 3 * LONGEST_SHORT_STRING;

  private final ByteBufAllocator allocator;
  private final Consumer<ByteBuf> sink;
  private final WireWriter writer = new WireWriter();
  private final EncodedString exchange = new EncodedString(writer);
  private final EncodedString routingKey = new EncodedString(writer);
  private @Nullable ByteBuf current;
  private int maxFrame = Frames.INITIAL_MAX;

  /**
   * An encoder with an empty buffer.
   *
   * @param sink takes full buffers and owns them from then on
   */
  public FrameEncoder(ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    this.allocator = allocator;
    this.sink = sink;
  }

  /** Sets the negotiated limit of a whole frame, in bytes. */
  public void maxFrame(int bytes) {
    maxFrame = bytes;
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

  /** The protocol header of the version spoken here, for a client that speaks another. */
  public void protocolHeader() {
    room(Long.BYTES).writeLong(Frames.PROTOCOL_HEADER);
  }

  /** A heartbeat. */
  public void heartbeat() {
    room(Frames.OVERHEAD).writeLong((long) Frames.HEARTBEAT << 56 | Frames.END);
  }

  /** Any method. */
  public void method(int channel, Method method) {
    ByteBuf out = room(LONGEST_SHORT_STRING);
    int start = begin(out, Frames.METHOD, channel);
    out.writeShort(method.classId()).writeShort(method.methodId());
    method.write(writer.over(out));
    end(out, start);
  }

  /** The method {@code basic.ack}: a confirmation. */
  public void ack(int channel, long deliveryTag, boolean multiple) {
    ByteBuf out = room(Frames.OVERHEAD + 13);
    out.writeByte(Frames.METHOD).writeShort(channel).writeInt(13).writeInt(ACK);
    out.writeLong(deliveryTag).writeByte(multiple ? 1 : 0).writeByte(Frames.END);
  }

  /** A short string in its wire form, for what is written again and again. */
  public static byte[] shortString(String text) {
    ByteBuf buffer = Unpooled.buffer(LONGEST_SHORT_STRING);
    new WireWriter().over(buffer).shortString(text);
    return Text.bytes(buffer, 0, buffer.readableBytes());
  }

  /**
   * The method {@code basic.deliver} with its content.
   *
   * @param consumerTag as {@link #shortString} made it
   */
  public void deliver(
      int channel,
      byte[] consumerTag,
      long deliveryTag,
      boolean redelivered,
      String fromExchange,
      String withKey,
      ContentHeader header,
      byte[] body) {
    ByteBuf out = room(DELIVER_ROOM);
    int start = begin(out, Frames.METHOD, channel);
    out.writeInt(DELIVER);
    out.writeBytes(consumerTag);
    out.writeLong(deliveryTag).writeByte(redelivered ? 1 : 0);
    exchange.write(fromExchange, out);
    routingKey.write(withKey, out);
    end(out, start);
    content(channel, header, body);
  }

  /** Content header and body, in as many frames as it takes, behind the method that announced them. */
  public void content(int channel, ContentHeader header, byte[] body) {
    int size = Frames.HEADER_FIELDS + header.size();
    ByteBuf out = room(size + Frames.OVERHEAD);
    out.writeByte(Frames.HEADER).writeShort(channel).writeInt(size);
    out.writeInt(ContentHeader.CLASS << 16).writeLong(body.length);
    header.write(out);
    out.writeByte(Frames.END);
    int portion = maxFrame - Frames.OVERHEAD;
    for (int from = 0; from < body.length; from += portion) {
      bodyFrame(channel, body, from, Math.min(portion, body.length - from));
    }
  }

  private void bodyFrame(int channel, byte[] body, int from, int length) {
    room(Frames.BEFORE_PAYLOAD).writeByte(Frames.BODY).writeShort(channel).writeInt(length);
    int at = from;
    int left = length;
    while (left > 0) {
      ByteBuf out = room(1);
      int count = Math.min(left, out.writableBytes());
      out.writeBytes(body, at, count);
      at += count;
      left -= count;
    }
    room(1).writeByte(Frames.END);
  }

  private static int begin(ByteBuf out, int type, int channel) {
    int start = out.writerIndex();
    out.writeByte(type).writeShort(channel).writeInt(0);
    return start;
  }

  private static void end(ByteBuf out, int start) {
    out.setInt(start + 3, out.writerIndex() - start - Frames.BEFORE_PAYLOAD);
    out.writeByte(Frames.END);
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
}
