package io.waypost.mqtt.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Builds packets by hand, right or wrong. */
final class Wire {
  private Wire() {}

  /** A number is an octet, a text is a string with its length, an array is itself. */
  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof Integer octet) {
        out.write(octet);
      } else if (part instanceof String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(two(utf8.length));
        out.writeBytes(utf8);
      } else {
        out.writeBytes((byte[]) part);
      }
    }
    return out.toByteArray();
  }

  static byte[] two(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] four(int value) {
    return bytes(two(value >>> 16), two(value));
  }

  static byte[] variable(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    do {
      int octet = rest & 0x7F;
      rest >>>= 7;
      out.write(rest > 0 ? octet | 0x80 : octet);
    } while (rest > 0);
    return out.toByteArray();
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static byte[] raw(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** Binary data, or a string of any bytes, with its length. */
  static byte[] prefixed(byte[] content) {
    return bytes(two(content.length), content);
  }

  /** Properties with their length. */
  static byte[] properties(Object... parts) {
    byte[] content = bytes(parts);
    return bytes(variable(content.length), content);
  }

  /** A packet of that content, with its remaining length. */
  static byte[] packet(int first, Object... parts) {
    byte[] content = bytes(parts);
    return bytes(first, variable(content.length), content);
  }
}
