package io.waypost.message;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values of other protocols' headers as text: numbers and booleans as they are written, times in seconds since 1970, void
 * as nothing, bytes as text where they are UTF-8 and else in Base64, lists and tables as JSON.
 */
public final class HeaderText {
  private HeaderText() {}

  /** The text of a value. */
  public static String of(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof List<?> || value instanceof Headers) {
      StringBuilder json = new StringBuilder();
      json(value, json);
      return json.toString();
    }
    return scalar(value);
  }

  private static String scalar(Object value) {
    if (value instanceof byte[] bytes) {
      return bytes(bytes);
    }
    if (value instanceof Instant time) {
      return Long.toString(time.getEpochSecond());
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  private static String bytes(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Base64.getEncoder().encodeToString(bytes);
    }
  }

  private static void json(@Nullable Object value, StringBuilder out) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof Headers table) {
      table(table, out);
    } else if (value instanceof List<?> list) {
      list(list, out);
    } else if (isBare(value)) {
      out.append(scalar(value));
    } else {
      string(scalar(value), out);
    }
  }

  /** Whether JSON has a value of that kind that is no string: it knows no infinity. */
  private static boolean isBare(Object value) {
    return value instanceof Boolean
        || value instanceof Instant
        || value instanceof Unsigned
        || (value instanceof Number number && Double.isFinite(number.doubleValue()));
  }

  private static void table(Headers table, StringBuilder out) {
    out.append('{');
    for (Iterator<Header> entries = table.iterator(); entries.hasNext(); ) {
      Header entry = entries.next();
      string(entry.name(), out);
      out.append(':');
      json(entry.value(), out);
      out.append(entries.hasNext() ? "," : "");
    }
    out.append('}');
  }

  private static void list(List<?> list, StringBuilder out) {
    out.append('[');
    for (Iterator<?> elements = list.iterator(); elements.hasNext(); ) {
      json(elements.next(), out);
      out.append(elements.hasNext() ? "," : "");
    }
    out.append(']');
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == '"' || character == '\\') {
        out.append('\\').append(character);
      } else if (character < ' ') {
        out.append(String.format("\\u%04x", (int) character));
      } else {
        out.append(character);
      }
    }
    out.append('"');
  }
}
