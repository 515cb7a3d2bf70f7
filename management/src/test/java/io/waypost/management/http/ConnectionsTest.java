package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ChannelInfo;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Delivery;
import io.waypost.broker.Encryption;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.management.RunningApi;
import io.waypost.message.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final String NAME = "127.0.0.1:40001 -> 127.0.0.1:5672";

  private RunningApi api;
  private Session session;
  private final CompletableFuture<BrokerException> closed = new CompletableFuture<>();

  /** Stands for a client of some protocol: two channels and a consumer on the second. */
  private final class Client implements SessionListener {
    @Override
    public void blocked(String reason) {}

    @Override
    public void unblocked() {}

    @Override
    public void mayPublish(boolean may) {}

    @Override
    public void closed(BrokerException why) {
      closed.complete(why);
      session.close();
    }

    @Override
    public List<ChannelInfo> channels() {
      return List.of(
          new ChannelInfo(1, 0, 0, 2, 0, 0, true, false),
          new ChannelInfo(2, 1, 5, 0, 10, 20, false, true));
    }
  }

  private enum Sink implements Consumer {
    INSTANCE;

    @Override
    public void deliver(Delivery delivery) {}

    @Override
    public void cancelled(ErrorCode why) {}
  }

  @BeforeEach
  void start() throws Exception {
    api = RunningApi.start();
    ClientInfo client = new ClientInfo(
        "amqp",
        "0-9-1",
        "billing",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 40001),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 5672),
        new Encryption(
            "TLSv1.2",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
            new Encryption.Certificate(
                "CN=billing,O=farm",
                "CN=farm CA",
                "2026-01-01T00:00:00Z - 2027-01-01T00:00:00Z",
                "billing")),
        "PLAIN",
        Headers.of(Map.of("product", "a client")));
    session = api.broker()
        .open(new Identity("guest", Set.of("administrator")), "/", client, api.loop(), new Client())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    CompletableFuture<Object> ready = new CompletableFuture<>();
    api.loop()
        .execute(() -> session
            .declareQueue(new QueueSpec("work", false, false, false, Headers.empty()))
            .thenCompose(queue ->
                session.declareQueue(new QueueSpec("mine", false, true, false, Headers.empty())))
            .thenCompose(queue -> session.consume(
                "work",
                new ConsumerSpec("tag", 2, false, true, 0, 10, Headers.empty()),
                Sink.INSTANCE))
            .thenAccept(ready::complete));
    ready.get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Test
  void aConnectionIsShownByTheNamesThatClientsKnow() {
    JsonNode connection = api.get("/api/connections/" + encoded(NAME)).json();

    assertThat(connection.path("name").asText()).isEqualTo(NAME);
    assertThat(connection.path("protocol").asText()).isEqualTo("AMQP 0-9-1");
    assertThat(connection.path("user").asText()).isEqualTo("guest");
    assertThat(connection.path("vhost").asText()).isEqualTo("/");
    assertThat(connection.path("state").asText()).isEqualTo("running");
    assertThat(connection.path("channels").asInt()).isEqualTo(2);
    assertThat(connection.path("peer_host").asText()).isEqualTo("127.0.0.1");
    assertThat(connection.path("peer_port").asInt()).isEqualTo(40001);
    assertThat(connection.path("port").asInt()).isEqualTo(5672);
    assertThat(connection.path("user_provided_name").asText()).isEqualTo("billing");
    assertThat(connection.path("ssl").asBoolean()).isTrue();
    assertThat(connection.path("ssl_protocol").asText()).isEqualTo("tlsv1.2");
    assertThat(connection.path("ssl_key_exchange").asText()).isEqualTo("ecdhe_rsa");
    assertThat(connection.path("ssl_cipher").asText()).isEqualTo("aes_128_cbc");
    assertThat(connection.path("ssl_hash").asText()).isEqualTo("sha256");
    assertThat(connection.path("peer_cert_subject").asText()).isEqualTo("CN=billing,O=farm");
    assertThat(connection.path("peer_cert_issuer").asText()).isEqualTo("CN=farm CA");
    assertThat(connection.path("peer_cert_validity").asText())
        .isEqualTo("2026-01-01T00:00:00Z - 2027-01-01T00:00:00Z");
    assertThat(connection.path("client_properties").path("product").asText()).isEqualTo("a client");
    assertThat(connection.path("connected_at").asLong()).isPositive();
  }

  @Test
  void connectionsAreListed() {
    assertThat(api.get("/api/connections").json().findValuesAsText("name")).contains(NAME);
    assertThat(api.get("/api/vhosts/%2F/connections").json().findValuesAsText("name"))
        .contains(NAME);
    assertThat(api.get("/api/connections/none").status()).isEqualTo(404);
    assertThat(api.get("/api/overview")
            .json()
            .path("object_totals")
            .path("channels")
            .asInt())
        .isEqualTo(2);
  }

  @Test
  void channelsAreListed() {
    JsonNode channels =
        api.get("/api/connections/" + encoded(NAME) + "/channels").json();

    assertThat(channels.findValuesAsText("number")).containsExactly("1", "2");
    assertThat(api.get("/api/channels").json()).isEqualTo(channels);
    assertThat(api.get("/api/vhosts/%2F/channels").json()).isEqualTo(channels);
    JsonNode second = api.get("/api/channels/" + encoded(NAME + " (2)")).json();
    assertThat(second.path("prefetch_count").asInt()).isEqualTo(10);
    assertThat(second.path("global_prefetch_count").asInt()).isEqualTo(20);
    assertThat(second.path("transactional").asBoolean()).isTrue();
    assertThat(second.path("messages_unacknowledged").asInt()).isEqualTo(5);
    assertThat(channels.path(0).path("confirm").asBoolean()).isTrue();
    assertThat(channels.path(0).path("messages_unconfirmed").asInt()).isEqualTo(2);
    assertThat(api.get("/api/channels/none").status()).isEqualTo(404);
  }

  @Test
  void consumersAreListed() {
    JsonNode consumers = api.get("/api/consumers/%2F").json();

    assertThat(consumers.findValuesAsText("consumer_tag")).containsExactly("tag");
    JsonNode consumer = consumers.path(0);
    assertThat(consumer.path("queue").toString()).isEqualTo("{\"name\":\"work\",\"vhost\":\"/\"}");
    assertThat(consumer.path("channel_details").path("name").asText()).isEqualTo(NAME + " (2)");
    assertThat(consumer.path("ack_required").asBoolean()).isTrue();
    assertThat(consumer.path("exclusive").asBoolean()).isTrue();
    assertThat(consumer.path("activity_status").asText()).isEqualTo("up");
    assertThat(api.get("/api/consumers").json()).isEqualTo(consumers);
    assertThat(api.get("/api/queues/%2F/work").json().path("consumer_details")).hasSize(1);
  }

  @Test
  void anExclusiveQueueIsShownWithItsOwnerAndForNobodyElseToTouch() {
    JsonNode queue = api.get("/api/queues/%2F/mine").json();

    assertThat(queue.path("exclusive").asBoolean()).isTrue();
    assertThat(queue.path("owner_pid_details").toString())
        .isEqualTo("{\"name\":\"" + NAME + "\",\"peer_host\":\"127.0.0.1\",\"peer_port\":40001}");
    assertThat(api.delete("/api/queues/%2F/mine").status()).isEqualTo(400);
    assertThat(api.post("/api/queues/%2F/mine/get", "{}").status()).isEqualTo(400);
  }

  @Test
  void aConnectionIsClosedForAReason() throws Exception {
    String credentials =
        Base64.getEncoder().encodeToString("guest:guest".getBytes(StandardCharsets.UTF_8));
    HttpRequest.Builder request = HttpRequest.newBuilder()
        .header("Authorization", "Basic " + credentials)
        .header("X-Reason", "make room");

    assertThat(api.send(request, "DELETE", "/api/connections/" + encoded(NAME), null)
            .status())
        .isEqualTo(204);

    BrokerException why = closed.get(10, TimeUnit.SECONDS);
    assertThat(why.code()).isEqualTo(ErrorCode.CLOSED_BY_OPERATOR);
    assertThat(why.detail()).isEqualTo("make room");
    await()
        .untilAsserted(() ->
            assertThat(api.get("/api/connections/" + encoded(NAME)).status()).isEqualTo(404));
    assertThat(api.delete("/api/connections/" + encoded(NAME)).status()).isEqualTo(404);
  }

  @Test
  void usersWithoutTheMonitoringTagSeeTheirOwnConnectionsOnly() {
    api.user("other", "management");

    assertThat(api.send("other", "other", "GET", "/api/connections", null)
            .json()
            .findValuesAsText("name"))
        .doesNotContain(NAME);
    assertThat(api.send("other", "other", "GET", "/api/channels", null).json()).isEmpty();
    assertThat(api.send("other", "other", "DELETE", "/api/connections/" + encoded(NAME), null)
            .status())
        .isEqualTo(404);
  }
}
