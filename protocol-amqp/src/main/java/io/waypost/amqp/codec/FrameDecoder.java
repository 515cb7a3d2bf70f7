package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames (section 2.3.5) and tells a {@link FrameListener}.
 *
 * <p>Frames are read in place from the buffer that the socket filled. Only a frame that ends in a later buffer is
 * copied, into one buffer of exactly its size; its declared size is checked against the limit first. Bodies are never
 * put together here: a part is told as soon as it has arrived, so that a large body is copied once, to its destination.
 *
 * <p>Used on the channel's event loop. The listener may close the channel, or stop the decoder, from within a call.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int PUBLISH = BasicMethod.CLASS << 16 | BasicMethod.Publish.NUMBER;
  private static final int ACK = BasicMethod.CLASS << 16 | BasicMethod.Ack.NUMBER;

  private final FrameListener listener;
  private final WireReader reader = new WireReader();
  private int maxFrame = Frames.INITIAL_MAX;
  private boolean started;
  private boolean stopped;
  private long bytesRead;

  /** The beginning of a frame whose rest has not arrived; its capacity is what is needed to go on. */
  private @Nullable ByteBuf partial;

  /** Bytes needed at the place where parsing stopped. */
  private int needed;

  /** Within a body frame: bytes of payload that have not arrived, 0 when only the end octet has not; else -1. */
  private int bodyLeft = -1;

  private int bodyChannel;
  private ContentHeader lastHeader = ContentHeader.EMPTY;

  /** A decoder that expects a protocol header first. */
  public FrameDecoder(FrameListener listener) {
    this.listener = listener;
  }

  /** Sets the negotiated limit of a whole frame, in bytes. Eight bytes more are tolerated: some clients count so. */
  public void maxFrame(int bytes) {
    maxFrame = bytes;
  }

  /** Ignores everything that comes from now on. */
  public void stop() {
    stopped = true;
  }

  /** Bytes that have arrived so far. */
  public long bytesRead() {
    return bytesRead;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      bytesRead += in.readableBytes();
      read(ctx, in);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stop();
    dropPartial();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stop();
    dropPartial();
  }

  private void read(ChannelHandlerContext ctx, ByteBuf in) {
    while (in.isReadable() && !stopped) {
      ByteBuf begun = partial;
      if (begun == null) {
        parse(in);
        if (in.isReadable() && !stopped) {
          partial = ctx.alloc().buffer(needed, needed).writeBytes(in);
        }
      } else {
        int count = Math.min(in.readableBytes(), begun.writableBytes());
        begun.writeBytes(in, count);
        if (!begun.isWritable()) {
          // Taken out first: the listener may close the channel, which drops the partial.
          partial = null;
          resume(ctx, begun);
        }
      }
    }
  }

  /** Parses what is now complete, or makes room for the whole frame now that its size is known. */
  private void resume(ChannelHandlerContext ctx, ByteBuf begun) {
    try {
      parse(begun);
      if (begun.isReadable() && !stopped) {
        partial = ctx.alloc().buffer(needed, needed).writeBytes(begun);
      }
    } finally {
      begun.release();
    }
  }

  private void parse(ByteBuf in) {
    int end = in.writerIndex();
    while (!stopped) {
      int at = in.readerIndex();
      int next = started ? frame(in, at, end) : protocolHeader(in, at, end);
      if (next == at) {
        break;
      }
      in.readerIndex(next);
    }
  }

  private int protocolHeader(ByteBuf in, int at, int end) {
    if (end - at < Frames.OVERHEAD) {
      needed = Frames.OVERHEAD;
      return at;
    }
    started = true;
    if (!listener.protocolHeader(in.getLong(at))) {
      stopped = true;
    }
    return at + Long.BYTES;
  }

  /** Reads one frame, or a part of a body; returns where it ends, or {@code at} when more bytes are needed. */
  private int frame(ByteBuf in, int at, int end) {
    if (bodyLeft >= 0) {
      return restOfBody(in, at, end);
    }
    if (end - at < Frames.OVERHEAD) {
      needed = Frames.OVERHEAD;
      return at;
    }
    // The smallest frame has eight bytes, so that one access reads type, channel and size.
    long start = in.getLong(at);
    int type = (int) (start >>> 56);
    int channel = (int) (start >>> 40) & 0xFFFF;
    int size = (int) (start >>> 8);
    if (!Frames.isType(type)) {
      fail("unknown frame type " + type);
      return at;
    }
    if (size < 0 || size > maxFrame) {
      fail("a frame of " + (size & 0xFFFFFFFFL) + " bytes is larger than frame_max " + maxFrame);
      return at;
    }
    int payload = at + Frames.BEFORE_PAYLOAD;
    if (end - payload <= size) {
      return beginning(type, channel, size, at);
    }
    if (in.getUnsignedByte(payload + size) != Frames.END) {
      fail("invalid frame end marker");
      return at;
    }
    if (type == Frames.BODY) {
      listener.body(channel, in, payload, size, true);
    } else {
      decode(type, channel, in, payload, size);
    }
    return payload + size + 1;
  }

  /** A frame that has not arrived whole: a body is told in parts, everything else waits. */
  private int beginning(int type, int channel, int size, int at) {
    if (type == Frames.BODY) {
      bodyChannel = channel;
      bodyLeft = size;
      return at + Frames.BEFORE_PAYLOAD;
    }
    needed = size + Frames.OVERHEAD;
    return at;
  }

  private int restOfBody(ByteBuf in, int at, int end) {
    if (at == end) {
      needed = 1;
      return at;
    }
    int length = Math.min(bodyLeft, end - at);
    int after = at + length;
    boolean complete = length == bodyLeft && after < end;
    if (complete && in.getUnsignedByte(after) != Frames.END) {
      fail("invalid frame end marker");
      return at;
    }
    bodyLeft = complete ? -1 : bodyLeft - length;
    listener.body(bodyChannel, in, at, length, complete);
    return complete ? after + 1 : after;
  }

  private void decode(int type, int channel, ByteBuf in, int payload, int size) {
    reader.over(in, payload, size);
    switch (type) {
      case Frames.METHOD -> method(channel);
      case Frames.HEADER -> header(channel, in);
      case Frames.HEARTBEAT -> heartbeat(channel);
      default -> throw new IllegalStateException("frame type " + type);
    }
  }

  private void method(int channel) {
    int id = 0;
    try {
      id = (int) reader.longInt();
      switch (id) {
        case PUBLISH -> publish(channel);
        case ACK -> listener.ack(channel, reader.longLong(), (reader.octet() & 1) != 0);
        default -> otherMethod(channel, id);
      }
    } catch (MalformedException e) {
      malformed(ReplyCode.FRAME_ERROR, "cannot decode method arguments: " + e.getMessage(), id);
    }
  }

  private void publish(int channel) {
    reader.skip(Short.BYTES);
    String exchange = reader.shortString();
    String routingKey = reader.shortString();
    int bits = reader.octet();
    listener.publish(channel, exchange, routingKey, (bits & 1) != 0, (bits & 2) != 0);
  }

  private void otherMethod(int channel, int id) {
    Method method = Method.read(id >>> 16, id & 0xFFFF, reader);
    if (method == null) {
      malformed(ReplyCode.COMMAND_INVALID, "unknown method", id);
    } else {
      listener.method(channel, method);
    }
  }

  private void header(int channel, ByteBuf in) {
    try {
      int classId = reader.shortInt();
      reader.skip(Short.BYTES);
      long bodySize = reader.longLong();
      if (classId != ContentHeader.CLASS) {
        malformed(
            ReplyCode.UNEXPECTED_FRAME,
            "expected content header for class " + ContentHeader.CLASS + ", got one for class "
                + classId,
            0);
        return;
      }
      if (!lastHeader.isAt(in, reader.index(), reader.remaining())) {
        lastHeader = ContentHeader.read(reader, in);
      }
      listener.header(channel, bodySize, lastHeader);
    } catch (MalformedException e) {
      String detail = "cannot decode content header: " + e.getMessage();
      listener.malformedHeader(channel, ProtocolError.of(ReplyCode.FRAME_ERROR, detail));
    }
  }

  private void heartbeat(int channel) {
    if (channel == 0) {
      listener.heartbeat();
    } else {
      malformed(ReplyCode.UNEXPECTED_FRAME, "heartbeat on channel " + channel, 0);
    }
  }

  private void fail(String detail) {
    stopped = true;
    listener.malformed(ProtocolError.of(ReplyCode.FRAME_ERROR, detail), false);
  }

  private void malformed(ReplyCode code, String detail, int id) {
    listener.malformed(new ProtocolError(code, detail, id >>> 16, id & 0xFFFF), true);
  }

  private void dropPartial() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }
}
