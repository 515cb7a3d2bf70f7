package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;

/** Variable Byte Integers (MQTT 5 section 1.5.5), and what a packet's length makes of its size. */
final class Sizes {
  /** The largest number that the encoding holds, and with it the longest content of a packet. */
  static final int MAX_VARIABLE = 268_435_455;

  /** Most bytes of a string or of binary data. */
  static final int MAX_STRING = 65_535;

  private Sizes() {}

  static int variable(int value) {
    if (value < 1 << 7) {
      return 1;
    }
    return value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
  }

  static void writeVariable(ByteBuf out, int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.writeByte((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }

  /** The size of a packet whose content, behind the fixed header, has this size. */
  static int packet(int content) {
    return 1 + variable(content) + content;
  }
}
