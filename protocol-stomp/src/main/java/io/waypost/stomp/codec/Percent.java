package io.waypost.stomp.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding, which lets any name stand in a destination. */
public final class Percent {
  private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();

  private Percent() {}

  /**
   * Writes a name: percent signs and what is not printable ASCII are encoded.
   *
   * @param slashes whether slashes stay as they are
   */
  public static String encode(String name, boolean slashes) {
    StringBuilder out = new StringBuilder(name.length() + 8);
    for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
      if (octet <= ' ' || octet == '%' || octet == 127 || (octet == '/' && !slashes)) {
        out.append('%').append(DIGITS[(octet >> 4) & 15]).append(DIGITS[octet & 15]);
      } else {
        out.append((char) octet);
      }
    }
    return out.toString();
  }

  /**
   * Reads a name.
   *
   * @throws MalformedException if a percent sign is not followed by two hexadecimal digits, or the name is not UTF-8
   */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    int next = 0;
    while (next < source.length) {
      int octet = source[next++];
      if (octet == '%') {
        int high = next + 1 < source.length ? Character.digit(source[next], 16) : -1;
        int low = next + 1 < source.length ? Character.digit(source[next + 1], 16) : -1;
        if (high < 0 || low < 0) {
          throw new MalformedException("'" + text + "' has a percent sign without two digits");
        }
        octet = high << 4 | low;
        next += 2;
      }
      out.write(octet);
    }
    byte[] bytes = out.toByteArray();
    return Text.plain(bytes, 0, bytes.length);
  }
}
