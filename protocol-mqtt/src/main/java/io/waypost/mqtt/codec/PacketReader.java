package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Walks through what stands between two places of a buffer and never looks beyond: a length that leads out of the packet
 * makes it malformed ([MQTT-1.5.5-1] and section 1.2, Malformed Packet). One for a connection, set over each packet.
 */
final class PacketReader {
  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
  private int index;
  private int end;

  /** Starts at a packet's first byte after the fixed header. The buffer is borrowed. */
  PacketReader over(ByteBuf packet, int from, int length) {
    buffer = packet;
    index = from;
    end = from + length;
    return this;
  }

  /** Lets the buffer go. */
  void done() {
    buffer = Unpooled.EMPTY_BUFFER;
    index = 0;
    end = 0;
  }

  int remaining() {
    return end - index;
  }

  /** Ends the packet sooner, to read a part of known length; returns the end for {@link #widen}. */
  int narrow(int length) {
    int before = end;
    end = advance(length) + length;
    index = end - length;
    return before;
  }

  void widen(int formerEnd) {
    end = formerEnd;
  }

  int octet() {
    return buffer.getUnsignedByte(advance(1));
  }

  int twoBytes() {
    return buffer.getUnsignedShort(advance(2));
  }

  /** Four bytes, unsigned in an int. */
  int fourBytes() {
    return buffer.getInt(advance(4));
  }

  /** Section 1.5.5: at most four bytes, and no more than needed. */
  int variableByteInteger() {
    int value = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int octet = octet();
      value |= (octet & 0x7F) << shift;
      if (octet < 0x80) {
        if (octet == 0 && shift > 0) {
          throw MalformedException.malformed("a variable byte integer is longer than needed");
        }
        return value;
      }
    }
    throw MalformedException.malformed("a variable byte integer has more than four bytes");
  }

  int packetId() {
    int id = twoBytes();
    if (id == 0) {
      throw MalformedException.protocolError("packet identifier 0");
    }
    return id;
  }

  String text() {
    int length = twoBytes();
    return Text.text(buffer, advance(length), length);
  }

  String name() {
    return Text.name(binary());
  }

  String topicName() {
    return Text.topicName(binary());
  }

  String topicFilter() {
    return Text.topicFilter(binary());
  }

  /** A topic name, or the empty string, which only an alias can make good. */
  String topicOfPublish(TopicCache cache) {
    int length = twoBytes();
    int from = advance(length);
    return length == 0 ? "" : cache.get(buffer, from, length);
  }

  byte[] binary() {
    int length = twoBytes();
    return Text.bytes(buffer, advance(length), length);
  }

  /** Everything that is left; the caller owns a reference, which keeps the whole buffer. */
  ByteBuf rest() {
    int length = remaining();
    return length == 0 ? Unpooled.EMPTY_BUFFER : buffer.retainedSlice(advance(length), length);
  }

  void expectEnd() {
    if (index != end) {
      throw MalformedException.malformed("bytes after the end of the packet's content");
    }
  }

  private int advance(int length) {
    int from = index;
    if (length > end - from) {
      throw MalformedException.malformed("the packet ends too soon");
    }
    index = from + length;
    return from;
  }
}
