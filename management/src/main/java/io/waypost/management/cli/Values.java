package io.waypost.management.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.waypost.management.api.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values as people type them. */
final class Values {
  private Values() {}

  /** Each value as JSON if it is (a number, a truth value, an object ...), else as the text that it is. */
  static Map<String, @Nullable Object> typed(Map<String, String> texts) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    texts.forEach((name, text) -> values.put(name, typed(text)));
    return values;
  }

  private static @Nullable Object typed(String text) {
    try {
      return Json.MAPPER.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  /**
   * The fields of a JSON object.
   *
   * @throws CliFailure if the text is none
   */
  @SuppressWarnings("unchecked") // Jackson's maps have text as keys
  static Map<String, @Nullable Object> object(String text) {
    try {
      return Json.MAPPER.readValue(text, Map.class);
    } catch (JsonProcessingException e) {
      throw CliFailure.refused("not a JSON object: " + text);
    }
  }
}
