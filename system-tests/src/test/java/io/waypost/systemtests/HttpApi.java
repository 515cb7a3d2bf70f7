package io.waypost.systemtests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** The broker's HTTP API. Safe for several threads. */
public final class HttpApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  /**
   * @param port of the broker on this machine
   */
  public HttpApi(int port) {
    this.port = port;
  }

  /** Percent-encodes a name for a path. */
  public static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What is at a path below {@code /api/}. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return JSON.readTree(send("GET", path, "guest", "guest", "").body());
  }

  /** Whether a user can log in. */
  public boolean knows(String user, String password) throws IOException, InterruptedException {
    return send("GET", "whoami", user, password, "").statusCode() == 200;
  }

  /** Makes something so; returns the status. */
  public int put(String path, Map<String, ?> body) throws IOException, InterruptedException {
    return send("PUT", path, "guest", "guest", JSON.writeValueAsString(body)).statusCode();
  }

  /** Deletes something; returns the status. */
  public int delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, "guest", "guest", "").statusCode();
  }

  private HttpResponse<String> send(
      String method, String path, String user, String password, String body)
      throws IOException, InterruptedException {
    String login = Base64.getEncoder()
        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + port + "/api/" + path))
        .header("Authorization", "Basic " + login)
        .timeout(Duration.ofSeconds(60))
        .method(method, BodyPublishers.ofString(body))
        .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
