package io.waypost.management.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.management.api.ErrorReply;
import io.waypost.management.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Speaks to a broker's HTTP API. Every refusal becomes a {@link CliFailure} that carries the broker's reason. */
final class ApiClient {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 60_000;
  private static final int FIRST_ERROR = 400;

  private final URL base;
  private final String authorization;

  ApiClient(URL base, String user, String password) {
    this.base = base;
    this.authorization = "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  /** A path of which the segments after the first are names, to be encoded. */
  static String path(String fixed, String... names) {
    StringBuilder path = new StringBuilder(fixed);
    for (String name : names) {
      path.append('/').append(encode(name));
    }
    return path.toString();
  }

  static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  URL base() {
    return base;
  }

  /** Fails unless a broker answers there; needs no credentials, and no JSON parser, which takes long to load. */
  void ping() {
    String answer = new String(exchange("GET", "/healthz", null, Map.of()), StandardCharsets.UTF_8);
    if (!answer.contains("\"ok\"")) {
      throw noBroker();
    }
  }

  JsonNode get(String path) {
    return parse(exchange("GET", path, null, Map.of()), JsonNode.class);
  }

  <T> T get(String path, Class<T> type) {
    return parse(exchange("GET", path, null, Map.of()), type);
  }

  <T> T post(String path, Object body, Class<T> type) {
    return parse(exchange("POST", path, body, Map.of()), type);
  }

  void post(String path, Object body) {
    exchange("POST", path, body, Map.of());
  }

  void put(String path, Object body) {
    exchange("PUT", path, body, Map.of());
  }

  void delete(String path) {
    delete(path, Map.of());
  }

  void delete(String path, Map<String, String> headers) {
    exchange("DELETE", path, null, headers);
  }

  private byte[] exchange(
      String method, String path, @Nullable Object body, Map<String, String> headers) {
    try {
      HttpURLConnection connection = (HttpURLConnection) new URL(base + path).openConnection();
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod(method);
      connection.setRequestProperty("Authorization", authorization);
      headers.forEach(connection::setRequestProperty);
      if (body != null) {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.getOutputStream().write(Json.MAPPER.writeValueAsBytes(body));
      }
      int status = connection.getResponseCode();
      if (status >= FIRST_ERROR) {
        throw refused(status, connection.getErrorStream());
      }
      try (InputStream answer = connection.getInputStream()) {
        return answer.readAllBytes();
      }
    } catch (IOException e) {
      throw CliFailure.unreachable("no broker answers at " + base + " (" + e.getMessage() + ")");
    }
  }

  private static CliFailure refused(int status, @Nullable InputStream answer) throws IOException {
    String reason = "HTTP status " + status;
    if (answer != null) {
      try (answer) {
        ErrorReply reply = Json.MAPPER.readValue(answer, ErrorReply.class);
        reason = reply.reason();
      } catch (JsonProcessingException e) {
        // whatever answers there is no broker; the status says all that is known
      }
    }
    return CliFailure.refused(reason);
  }

  private <T> T parse(byte[] json, Class<T> type) {
    try {
      return Json.MAPPER.readValue(json, type);
    } catch (IOException e) {
      throw noBroker();
    }
  }

  private CliFailure noBroker() {
    return CliFailure.refused("what answers at " + base + " is no Waypost broker");
  }
}
