package io.waypost.mqtt.codec;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * UTF-8 Encoded Strings (MQTT 5 section 1.5.4): strict UTF-8 without U+0000.
 *
 * <p>A receiver may refuse control characters and non-characters as well. That is done for names (topics, filters,
 * client identifiers, user names), which end in logs, in other protocols and on terminals; text that only passes through
 * (user properties, content types, reasons) may hold a line break.
 */
final class Text {
  private Text() {}

  /** Any string. */
  static String text(ByteBuf buffer, int index, int length) {
    byte[] bytes = bytes(buffer, index, length);
    for (byte b : bytes) {
      if (b == 0) {
        throw MalformedException.malformed("a string contains U+0000");
      }
    }
    return decode(bytes);
  }

  /** A string that names something: no control characters, no non-characters. */
  static String name(byte[] bytes) {
    boolean ascii = true;
    for (byte b : bytes) {
      if (b < ' ') {
        if (b >= 0) {
          throw MalformedException.malformed("a name contains control characters");
        }
        ascii = false;
      } else if (b == 0x7F) {
        throw MalformedException.malformed("a name contains control characters");
      }
    }
    if (ascii) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
    String name = decode(bytes);
    if (name.codePoints().anyMatch(Text::isUnfitForNames)) {
      throw MalformedException.malformed("a name contains control characters or non-characters");
    }
    return name;
  }

  /** A topic name: not empty, without wildcards ([MQTT-4.7.3-1], [MQTT-4.7.0-1]). */
  static String topicName(byte[] bytes) {
    if (bytes.length == 0) {
      throw MalformedException.malformed("a topic name is empty");
    }
    for (byte b : bytes) {
      if (b == '#' || b == '+') {
        throw MalformedException.malformed("a topic name contains a wildcard");
      }
    }
    return name(bytes);
  }

  /** A topic filter: not empty, wildcards in places of their own ([MQTT-4.7.1-1], [MQTT-4.7.1-2]). */
  static String topicFilter(byte[] bytes) {
    if (bytes.length == 0) {
      throw MalformedException.malformed("a topic filter is empty");
    }
    int last = bytes.length - 1;
    for (int i = 0; i <= last; i++) {
      byte b = bytes[i];
      if (b == '#' || b == '+') {
        boolean ownLevel =
            (i == 0 || bytes[i - 1] == '/') && (i == last || (b == '+' && bytes[i + 1] == '/'));
        if (!ownLevel) {
          throw MalformedException.malformed("a topic filter has a wildcard in a wrong place");
        }
      }
    }
    return name(bytes);
  }

  static byte[] bytes(ByteBuf buffer, int index, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(index, bytes);
    return bytes;
  }

  private static String decode(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    // Only text with the replacement character can have lost something.
    if (text.indexOf('\uFFFD') >= 0
        && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw MalformedException.malformed("a string is not UTF-8");
    }
    return text;
  }

  private static boolean isUnfitForNames(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint & 0xFFFE) == 0xFFFE
        || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
  }
}
