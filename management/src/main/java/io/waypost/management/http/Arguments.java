package io.waypost.management.http;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Unsigned;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tables of arguments and headers to JSON objects and back. JSON has fewer types: whole numbers become 64 bits wide,
 * and on the way out bytes are shown as text (base64 where they are none), times as seconds since 1970.
 */
final class Arguments {
  private Arguments() {}

  static Headers headers(@Nullable Map<String, @Nullable Object> object) {
    if (object == null) {
      return Headers.empty();
    }
    List<Header> entries = new ArrayList<>(object.size());
    object.forEach((name, value) ->
        entries.add(new Header(Request.shortText("a table's name", name), fromJson(value))));
    return Headers.of(entries);
  }

  @SuppressWarnings("unchecked") // Jackson's untyped objects have text as keys
  private static @Nullable Object fromJson(@Nullable Object value) {
    if (value instanceof Map<?, ?> object) {
      return headers((Map<String, @Nullable Object>) object);
    }
    if (value instanceof List<?> array) {
      List<@Nullable Object> values = new ArrayList<>(array.size());
      array.forEach(element -> values.add(fromJson(element)));
      return values;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof BigInteger number) {
      throw Refusal.badRequest(number + " is too large a number");
    }
    return value;
  }

  static Map<String, @Nullable Object> object(Headers headers) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (Header header : headers) {
      object.putIfAbsent(header.name(), toJson(header.value()));
    }
    return object;
  }

  private static @Nullable Object toJson(@Nullable Object value) {
    if (value instanceof Headers table) {
      return object(table);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> array = new ArrayList<>(list.size());
      list.forEach(element -> array.add(toJson(element)));
      return array;
    }
    if (value instanceof byte[] bytes) {
      String text = text(bytes);
      return text == null ? Base64.getEncoder().encodeToString(bytes) : text;
    }
    if (value instanceof Unsigned number) {
      return number.value();
    }
    if (value instanceof Instant time) {
      return time.getEpochSecond();
    }
    if (value instanceof Number || value instanceof Boolean || value == null) {
      return value;
    }
    return value.toString();
  }

  /** The bytes as text; null when they are not UTF-8. */
  static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
