package io.waypost.mqtt;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Correlation data as the text that other protocols have for it, and back. Text is that text; other bytes are
 * {@code binary:} and Base64, so that whoever answers need only repeat what was in the request. One form stands for one
 * value: text that reads like the form of other bytes is written as bytes itself.
 */
final class Correlation {
  private static final String BINARY = "binary:";
  private static final int LONGEST = 255;

  private Correlation() {}

  /** The text, or null if it would be longer than the 255 bytes that AMQP has for it. */
  static @Nullable String id(byte[] data) {
    if (data.length > LONGEST) {
      return null;
    }
    String text = text(data);
    if (text != null && !isEncoded(text)) {
      return text;
    }
    String encoded = BINARY + Base64.getEncoder().encodeToString(data);
    return encoded.length() <= LONGEST ? encoded : null;
  }

  /** Whether a text stands for other bytes than its own: it is what {@link #id} makes of them. */
  static boolean isEncoded(String id) {
    if (!id.startsWith(BINARY)) {
      return false;
    }
    try {
      return id.equals(id(decoded(id)));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The data that a text stands for. */
  static byte[] data(String id) {
    return isEncoded(id) ? decoded(id) : id.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] decoded(String id) {
    return Base64.getDecoder().decode(id.substring(BINARY.length()));
  }

  private static @Nullable String text(byte[] data) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
      return text.indexOf(0) < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
