package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets that a client sends, by the letter of the version that its CONNECT tells, and passes each on as one
 * of these: a {@link MqttMessage} as Netty's decoder makes them, a {@link MalformedPacket}, or an
 * {@link UnacceptableVersion}. After the latter two nothing is read any more; whoever receives them answers and closes.
 *
 * <p>Of a packet the fixed header is looked at first: its type, its flags, and its length, which must be within the
 * limit. Then the decoder waits until the whole packet is there, and reads it without looking beyond. A packet that lies
 * whole in the buffer that the socket filled is read in place; one that is continued in a later buffer is gathered, in no
 * more memory than twice what has arrived, or 4 KiB.
 *
 * <p>The payload of a PUBLISH is a slice of the buffer, and keeps it all alive until the message is released: who keeps a
 * message copies the payload. Integer properties of four bytes are unsigned in an {@code int}. Names (topics, filters,
 * client identifiers, user names) hold no control characters; the rules of {@code $share} and what depends on the state
 * of a session (aliases in use, receive maximum, client identifiers of MQTT 3.1) are left to the receiver.
 *
 * <p>The version is also told to Netty's {@code MqttEncoder} in the same pipeline, which knows it from an attribute of
 * the channel. Used on the channel's event loop.
 */
public final class PacketDecoder extends ChannelInboundHandlerAdapter {
  /** The key under which Netty's encoder looks for the version. */
  private static final AttributeKey<MqttVersion> ENCODER_VERSION =
      AttributeKey.valueOf("NETTY_CODEC_MQTT_VERSION");

  private static final int INITIAL_CAPACITY = 4096;
  private static final int MAX_LENGTH_BYTES = 4;

  private final PacketReader reader = new PacketReader();
  private final FixedHeaders fixedHeaders = new FixedHeaders();
  private final PublishReader publishes = new PublishReader();
  private int maxPacketSize;
  private @Nullable MqttVersion version;
  private boolean stopped;

  /** The beginning of a packet whose rest has not arrived. */
  private @Nullable ByteBuf partial;

  /** Bytes needed, from the beginning of the packet, to go on. */
  private int needed;

  /**
   * A decoder that expects a CONNECT first.
   *
   * @param maxPacketSize most bytes of a packet, its fixed header included
   */
  public PacketDecoder(int maxPacketSize) {
    this.maxPacketSize = maxPacketSize;
  }

  /** Sets the limit for packets that begin from now on, in bytes with the fixed header: 3.2.2.3.6. */
  public void maxPacketSize(int bytes) {
    maxPacketSize = bytes;
  }

  /** Reads what comes from now on in this version, as if a CONNECT had told it; the encoder is not told. */
  public void version(MqttVersion read) {
    version = read;
  }

  /** The version that the CONNECT told, or null. */
  public @Nullable MqttVersion version() {
    return version;
  }

  /** Ignores everything that comes from now on, also what has arrived behind the present packet. */
  public void stop() {
    stopped = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      while (partial != null && in.isReadable() && !stopped) {
        complete(ctx, in, partial);
      }
      parse(ctx, in);
      if (in.isReadable() && !stopped) {
        int size = in.readableBytes();
        int capacity = Math.min(needed, Math.max(INITIAL_CAPACITY, 2 * size));
        partial = ctx.alloc().buffer(capacity).writeBytes(in);
      }
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

  /** Adds to the beginning of a packet what it needs, and parses it when that is all there. */
  private void complete(ChannelHandlerContext ctx, ByteBuf in, ByteBuf begun) {
    int size = begun.readableBytes();
    int count = Math.min(in.readableBytes(), needed - size);
    if (count > begun.capacity() - size) {
      begun.capacity((int) Math.min(needed, Math.max(2L * begun.capacity(), size + count)));
    }
    begun.writeBytes(in, count);
    if (size + count < needed) {
      return;
    }
    // Taken out first: the receiver may close the channel, which drops the partial.
    partial = null;
    boolean onlyBegun = false;
    try {
      parse(ctx, begun);
      onlyBegun = begun.isReadable() && !stopped;
    } finally {
      if (onlyBegun) {
        partial = begun;
      } else {
        begun.release();
      }
    }
  }

  /** Reads the packets that are whole, and says what is needed for the one that is not. */
  private void parse(ChannelHandlerContext ctx, ByteBuf in) {
    while (in.isReadable() && !stopped) {
      int first = in.getUnsignedByte(in.readerIndex());
      MqttMessageType type = FixedHeaders.type(first);
      Object packet;
      try {
        FixedHeaders.checkOrder(type, version);
        packet = type == null ? null : packet(ctx, in, first, type);
      } catch (MalformedException e) {
        stopped = true;
        packet = new MalformedPacket(e.reason(), type, version, e.detail());
      } finally {
        reader.done();
      }
      if (packet == null) {
        return;
      }
      ctx.fireChannelRead(packet);
    }
  }

  /** The packet at the buffer's reader index, which is moved behind it; null when it is not all there. */
  private @Nullable Object packet(
      ChannelHandlerContext ctx, ByteBuf in, int first, MqttMessageType type) {
    if (version != null) {
      FixedHeaders.checkFlags(first, type, version);
    }
    int at = in.readerIndex() + 1;
    int available = in.writerIndex() - at;
    int length = 0;
    int lengthBytes = 0;
    int octet;
    do {
      if (lengthBytes == MAX_LENGTH_BYTES) {
        throw MalformedException.malformed("a remaining length of more than four bytes");
      }
      if (lengthBytes == available) {
        needed = available + 2;
        return null;
      }
      octet = in.getUnsignedByte(at + lengthBytes);
      length |= (octet & 0x7F) << (7 * lengthBytes);
      lengthBytes++;
    } while (octet >= 0x80);
    int size = 1 + lengthBytes + length;
    if (size > maxPacketSize) {
      throw MalformedException.of(
          MqttReasonCodes.Disconnect.PACKET_TOO_LARGE,
          "a packet of " + size + " bytes, the limit is " + maxPacketSize);
    }
    if (size > available + 1) {
      needed = size;
      return null;
    }
    boolean padded = lengthBytes > 1 && octet == 0;
    in.readerIndex(at - 1 + size);
    reader.over(in, at + lengthBytes, length);
    if (type == MqttMessageType.CONNECT) {
      return connect(ctx, first, length, padded);
    }
    MqttVersion known = version;
    if (known == null) {
      throw new IllegalStateException("no version");
    }
    checkMinimal(padded, known);
    return content(fixedHeaders.of(first, type, length), known);
  }

  private Object connect(ChannelHandlerContext ctx, int first, int length, boolean padded) {
    String protocolName = ConnectReader.protocolName(reader);
    int level = reader.octet();
    MqttVersion told = ConnectReader.version(protocolName, level);
    if (told == null) {
      stopped = true;
      UnacceptableVersion unacceptable = new UnacceptableVersion(protocolName, level);
      ctx.channel().attr(ENCODER_VERSION).set(unacceptable.answerIn());
      return unacceptable;
    }
    version = told;
    ctx.channel().attr(ENCODER_VERSION).set(told);
    FixedHeaders.checkFlags(first, MqttMessageType.CONNECT, told);
    checkMinimal(padded, told);
    return ConnectReader.read(
        reader, fixedHeaders.of(first, MqttMessageType.CONNECT, length), told);
  }

  private MqttMessage content(MqttFixedHeader header, MqttVersion known) {
    return switch (header.messageType()) {
      case PUBLISH -> publishes.read(reader, header, known);
      case PUBACK, PUBREC, PUBREL, PUBCOMP -> ReplyReader.acknowledgement(reader, header, known);
      case SUBSCRIBE -> SubscriptionReader.subscribe(reader, header, known);
      case UNSUBSCRIBE -> SubscriptionReader.unsubscribe(reader, header, known);
      case PINGREQ -> {
        reader.expectEnd();
        yield MqttMessage.PINGREQ;
      }
      case DISCONNECT -> ReplyReader.disconnect(reader, header, known);
      case AUTH -> ReplyReader.auth(reader, header);
      case CONNECT, CONNACK, SUBACK, UNSUBACK, PINGRESP ->
        throw new IllegalStateException(header.messageType() + " passed the check of order");
    };
  }

  /** [MQTT-1.5.5-1]; before version 5 a remaining length may be longer than it need be. */
  private static void checkMinimal(boolean padded, MqttVersion version) {
    if (padded && version == MqttVersion.MQTT_5) {
      throw MalformedException.malformed("a remaining length longer than needed");
    }
  }

  private void dropPartial() {
    if (partial != null) {
      partial.release();
      partial = null;
    }
  }
}
