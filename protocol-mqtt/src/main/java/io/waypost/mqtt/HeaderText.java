package io.waypost.mqtt;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Values of headers as the text of user properties: plain where the value is, JSON where it has parts. */
final class HeaderText {
  private HeaderText() {}

  /** The text, or null for bytes, which have none. */
  static @Nullable String of(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Headers || value instanceof List<?>) {
      return json(value);
    }
    if (value instanceof Instant instant) {
      return Long.toString(instant.getEpochSecond());
    }
    return isText(value) ? value.toString() : null;
  }

  private static boolean isText(Object value) {
    return value instanceof String
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof io.waypost.message.Unsigned;
  }

  private static String json(@Nullable Object value) {
    if (value instanceof Headers table) {
      StringJoiner members = new StringJoiner(",", "{", "}");
      for (Header entry : table) {
        members.add(quoted(entry.name()) + ":" + json(entry.value()));
      }
      return members.toString();
    }
    if (value instanceof List<?> list) {
      StringJoiner elements = new StringJoiner(",", "[", "]");
      list.forEach(element -> elements.add(json(element)));
      return elements.toString();
    }
    if (value == null
        || value instanceof Boolean
        || value instanceof Number
        || value instanceof io.waypost.message.Unsigned) {
      return String.valueOf(value);
    }
    String text = of(value);
    return text == null ? "null" : quoted(text);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
