package io.waypost.stomp.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names and values of headers: text that is UTF-8, escaped as the version has it. */
final class Text {
  private Text() {}

  /**
   * Reads text without escapes.
   *
   * @throws MalformedException if it is not UTF-8
   */
  static String plain(byte[] source, int from, int to) {
    for (int i = from; i < to; i++) {
      if (source[i] < 0) {
        return strict(source, from, to);
      }
    }
    return new String(source, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String strict(byte[] source, int from, int to) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(source, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedException("a header is not UTF-8");
    }
  }

  /**
   * Reads text.
   *
   * @throws MalformedException if it is not UTF-8, or has an escape that the version does not know
   */
  static String unescaped(byte[] source, int from, int to, StompVersion version) {
    int at = version.escapes() ? backslash(source, from, to) : to;
    if (at == to) {
      return plain(source, from, to);
    }
    byte[] target = new byte[to - from];
    int length = 0;
    int next = from;
    while (next < to) {
      byte octet = source[next++];
      if (octet == '\\') {
        int meaning = next < to ? version.unescape(source[next++]) : -1;
        if (meaning < 0) {
          throw new MalformedException(
              "a header has an escape that STOMP " + version.text() + " does not know");
        }
        octet = (byte) meaning;
      }
      target[length++] = octet;
    }
    return plain(target, 0, length);
  }

  private static int backslash(byte[] source, int from, int to) {
    int at = from;
    while (at < to && source[at] != '\\') {
      at++;
    }
    return at;
  }

  /** Writes a value. What a version cannot say becomes a blank. */
  static void write(ByteBuf out, CharSequence text, StompVersion version) {
    write(out, text, version, false);
  }

  /** Writes a name. What a version cannot say becomes an underscore: a name of blanks would be none. */
  static void writeName(ByteBuf out, CharSequence text, StompVersion version) {
    write(out, text, version, true);
  }

  private static void write(ByteBuf out, CharSequence text, StompVersion version, boolean name) {
    int from = 0;
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char character = text.charAt(i);
      if (character != '\n'
          && character != ':'
          && character != '\\'
          && character != '\r'
          && character != 0) {
        continue;
      }
      char letter = version.escape(character);
      String instead;
      if (letter != 0) {
        instead = "\\" + letter;
      } else if (character == '\n' || character == 0) {
        instead = name ? "_" : " ";
      } else if (character == ':' && name) {
        instead = "_";
      } else {
        continue;
      }
      ByteBufUtil.writeUtf8(out, text, from, i);
      ByteBufUtil.writeAscii(out, instead);
      from = i + 1;
    }
    ByteBufUtil.writeUtf8(out, text, from, length);
  }
}
