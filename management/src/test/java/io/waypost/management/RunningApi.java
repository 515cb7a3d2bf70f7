package io.waypost.management;

import com.fasterxml.jackson.databind.JsonNode;
import io.undertow.server.HttpHandler;
import io.waypost.broker.Broker;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.loop.Loop;
import io.waypost.management.api.Json;
import io.waypost.management.api.ListenerEntry;
import io.waypost.management.http.HttpServer;
import io.waypost.management.http.ManagementApi;
import io.waypost.management.http.NodeFacts;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.NettyLoops;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A broker with its API on a free port of this machine, and a client to ask it. */
public final class RunningApi implements AutoCloseable {
  private static final int LOOPS = 2;

  private final NettyLoops loops;
  private final LocalBroker broker;
  private final HttpServer server;
  private final HttpClient http = HttpClient.newHttpClient();

  private RunningApi(NettyLoops loops, LocalBroker broker, HttpServer server) {
    this.loops = loops;
    this.broker = broker;
    this.server = server;
  }

  /** An answer with its body as JSON, missing where there is none. */
  public record Answer(int status, JsonNode json, HttpResponse<String> response) {
    public String reason() {
      return json.path("reason").asText();
    }
  }

  public static RunningApi start() throws IOException {
    return start(BrokerSettings.defaults());
  }

  public static RunningApi start(BrokerSettings settings) throws IOException {
    NettyLoops loops = NettyLoops.start(LOOPS);
    LocalBroker broker = LocalBroker.start(
        settings, loops.group(), new MemoryStore(loops.group()), new MemoryDefinitionStore());
    NodeFacts facts = new NodeFacts(
        "waypost@here",
        "Waypost",
        "1.2.3",
        "4.2.0",
        () -> List.of(
            new ListenerEntry("waypost@here", "amqp", "127.0.0.1", 5672),
            new ListenerEntry("waypost@here", "http", "0:0:0:0:0:0:0:0", 15672)),
        () -> Instant.now().plus(Duration.ofDays(20)));
    HttpHandler api = ManagementApi.handler(broker, loops.group(), facts);
    return new RunningApi(
        loops, broker, HttpServer.start("127.0.0.1", 0, Map.of("/api", api, "/healthz", api)));
  }

  public Broker broker() {
    return broker;
  }

  public Loop loop() {
    return loops.group().at(0);
  }

  public String url() {
    return "http://127.0.0.1:" + server.address().getPort();
  }

  public Answer get(String path) {
    return send("guest", "guest", "GET", path, null);
  }

  public Answer put(String path, String json) {
    return send("guest", "guest", "PUT", path, json);
  }

  public Answer post(String path, String json) {
    return send("guest", "guest", "POST", path, json);
  }

  public Answer delete(String path) {
    return send("guest", "guest", "DELETE", path, null);
  }

  public Answer send(String user, String password, String method, String path, String json) {
    String pair = user + ":" + password;
    return send(
        HttpRequest.newBuilder()
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))),
        method,
        path,
        json);
  }

  /** Sends as the given request says, with no header but its own. */
  public Answer send(HttpRequest.Builder request, String method, String path, String json) {
    try {
      HttpResponse<String> response = http.send(
          request
              .uri(URI.create(url() + path))
              .method(
                  method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
              .build(),
          BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          Json.MAPPER.readTree("[" + response.body() + "]").path(0),
          response);
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes a user that may do everything in the default virtual host, with the password of its name. */
  public void user(String name, String tags) {
    put("/api/users/" + name, "{\"password\": \"" + name + "\", \"tags\": \"" + tags + "\"}");
    permit(name, ".*", ".*", ".*");
  }

  public void permit(String user, String configure, String write, String read) {
    put(
        "/api/permissions/%2F/" + user,
        "{\"configure\": \"" + configure + "\", \"write\": \"" + write + "\", \"read\": \"" + read
            + "\"}");
  }

  @Override
  public void close() {
    server.close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }
}
