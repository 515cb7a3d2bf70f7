package io.waypost.management.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer.
 *
 * @param status the HTTP status
 * @param body what becomes its JSON; null for none
 * @param headers further header fields
 */
record Reply(int status, @Nullable Object body, Map<String, String> headers) {
  static Reply ok(Object body) {
    return new Reply(200, body, Map.of());
  }

  static Reply noContent() {
    return new Reply(204, null, Map.of());
  }

  /** The answer to a PUT: 201 when there is something new, else 204. */
  static Reply put(boolean created) {
    return new Reply(created ? 201 : 204, null, Map.of());
  }

  static Reply created(String location) {
    return new Reply(201, null, Map.of("Location", location));
  }
}
