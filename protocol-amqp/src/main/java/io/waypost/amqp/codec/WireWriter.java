package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.waypost.message.Headers;
import java.nio.charset.StandardCharsets;

/** Writes the elementary fields (section 4.2) into a buffer that grows. Reused for one buffer after the other. */
public final class WireWriter {
  private static final int SHORT_MAX = 255;

  private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

  /** Points the writer at this buffer. */
  WireWriter over(ByteBuf target) {
    buffer = target;
    return this;
  }

  ByteBuf buffer() {
    return buffer;
  }

  void octet(int value) {
    buffer.writeByte(value);
  }

  void shortInt(int value) {
    buffer.writeShort(value);
  }

  void longInt(long value) {
    buffer.writeInt((int) value);
  }

  void longLong(long value) {
    buffer.writeLong(value);
  }

  /** Bits share octets, the first one lowest. At most eight. */
  void bits(boolean... values) {
    int bits = 0;
    for (int i = 0; i < values.length; i++) {
      bits |= values[i] ? 1 << i : 0;
    }
    buffer.writeByte(bits);
  }

  /** Text of at most 255 bytes; of longer text as many whole characters as fit. */
  void shortString(String text) {
    int start = buffer.writerIndex();
    buffer.writeByte(0);
    int length = ByteBufUtil.writeUtf8(buffer, fitting(text));
    buffer.setByte(start, length);
  }

  void longText(String text) {
    longString(text.getBytes(StandardCharsets.UTF_8));
  }

  void longString(byte[] bytes) {
    buffer.writeInt(bytes.length);
    buffer.writeBytes(bytes);
  }

  void table(Headers table) {
    FieldTable.write(table, this);
  }

  private static String fitting(String text) {
    if (text.length() <= SHORT_MAX / 3 || ByteBufUtil.utf8Bytes(text) <= SHORT_MAX) {
      return text;
    }
    int bytes = 0;
    int chars = 0;
    while (chars < text.length()) {
      int point = text.codePointAt(chars);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (bytes > SHORT_MAX) {
        break;
      }
      chars += Character.charCount(point);
    }
    return text.substring(0, chars);
  }
}
