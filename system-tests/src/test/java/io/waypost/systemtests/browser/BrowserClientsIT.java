package io.waypost.systemtests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.waypost.systemtests.HttpApi;
import io.waypost.systemtests.Prerequisite;
import io.waypost.systemtests.Program;
import io.waypost.systemtests.WaypostProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript clients of STOMP and MQTT in a page reach each other through the broker's WebSockets. */
@TestInstance(Lifecycle.PER_CLASS)
class BrowserClientsIT {
  private static final Duration PATIENCE = Program.PATIENCE;
  private static final int DEATHS = 3;

  private final Path folder;
  private final PageServer allowed;
  private final PageServer stranger;
  private final WaypostProcess broker;
  private final HttpApi api;
  private final Browser browser;

  BrowserClientsIT(@TempDir Path folder) throws IOException {
    Path interop = WaypostProcess.sources().resolve("system-tests/interop");
    Path modules = interop.resolve("node_modules");
    Prerequisite.check(Files.exists(modules), modules + " (npm ci --prefix system-tests/interop)");
    this.folder = folder;
    this.browser = new Browser(folder.resolve("profile"));
    Map<String, Path> pages = Map.of(
        "/", interop.resolve("browser"),
        "/stompjs/", modules.resolve("@stomp/stompjs/esm6"),
        "/mqttjs/", modules.resolve("mqtt/dist"));
    this.allowed = new PageServer(pages);
    this.stranger = new PageServer(pages);
    this.broker = WaypostProcess.started(WaypostProcess.launch(
        folder,
        Map.of("JAVA_OPTS", "-Dio.netty.leakDetection.level=paranoid"),
        "ws.allowed-origins=" + allowed.origin()));
    this.api = new HttpApi(broker.port("http"));
  }

  @AfterAll
  void stop() throws IOException {
    browser.close();
    allowed.close();
    stranger.close();
    broker.close();
    assertThat(folder.resolve("log/waypost.log")).content().doesNotContain("LEAK");
  }

  @BeforeEach
  void openThePage() {
    browser.open(allowed.origin() + "/clients.html");
    await()
        .atMost(PATIENCE)
        .until(() -> Boolean.TRUE.equals(browser.evaluate("Boolean(window.page)")));
  }

  @AfterEach
  void leaveThePage() {
    browser.open("about:blank");
    awaitNoConnections();
  }

  static Stream<Named<byte[]>> bodies() {
    byte[] all = new byte[256];
    IntStream.range(0, all.length).forEach(i -> all[i] = (byte) i);
    byte[] large = new byte[300_000];
    new Random(1).nextBytes(large);
    return Stream.of(
        Named.of("nothing", new byte[0]),
        Named.of("text", "grüße \uD83D\uDE00".getBytes(StandardCharsets.UTF_8)),
        Named.of("every byte", all),
        Named.of("many bytes", large));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void whatAPageSaysByStompIsHeardByMqttAndTheReverse(byte[] body) {
    stomp("stomp", "/stomp", "/topic/both.*");
    mqtt("mqtt", "/mqtt", "both/+", Map.of());
    String text = Base64.getEncoder().encodeToString(body);
    call("send", "stomp", "/topic/both.a", text);
    assertThat(next("mqtt")).isEqualTo(Map.of("topic", "both/a", "body", text));
    assertThat(next("stomp")).isEqualTo(Map.of("topic", "/topic/both.a", "body", text));
    call("send", "mqtt", "both/b", text);
    assertThat(next("stomp")).isEqualTo(Map.of("topic", "/topic/both.b", "body", text));
    assertThat(next("mqtt")).isEqualTo(Map.of("topic", "both/b", "body", text));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void thePathForAllProtocolsServesBothClients(int mqttVersion) {
    assertThat(stomp("stomp", "/ws", "/topic/ws")).isEqualTo("1.2");
    assertThat(mqtt("mqtt", "/ws", "ws", Map.of("protocolVersion", mqttVersion)))
        .isEqualTo((long) mqttVersion);
    call("send", "stomp", "/topic/ws", "aGk=");
    assertThat(next("mqtt")).isEqualTo(Map.of("topic", "ws", "body", "aGk="));
    assertThat(connections())
        .extracting(connection -> connection.get("protocol").asText())
        .containsExactlyInAnyOrder("STOMP 1.2", mqttVersion == 5 ? "MQTT 5-0" : "MQTT 3-1-1");
  }

  @Test
  void clientsWhoseConnectionIsCutComeBackByThemselves() throws Exception {
    stomp("stomp", "/stomp", "/topic/back");
    mqtt("mqtt", "/mqtt", "back", Map.of());
    List<JsonNode> before = connections();
    assertThat(before).hasSize(2);
    for (JsonNode connection : before) {
      assertThat(
              api.delete("connections/" + HttpApi.encoded(connection.get("name").asText())))
          .isEqualTo(204);
    }
    for (String client : List.of("stomp", "mqtt")) {
      await().atMost(PATIENCE).until(() -> Objects.equals(call("live", client), 2L));
    }
    publish("back", "hello");
    assertThat(next("stomp")).isEqualTo(Map.of("topic", "/topic/back", "body", base64("hello")));
    assertThat(next("mqtt")).isEqualTo(Map.of("topic", "back", "body", base64("hello")));
    assertThat(connections()).hasSize(2).doesNotContainAnyElementsOf(before);
  }

  @Test
  void aSessionKeepsWhatCameWhileThePageWasAway() throws Exception {
    Map<String, Object> session = Map.of(
        "protocolVersion",
        5,
        "clientId",
        "page",
        "clean",
        false,
        "properties",
        Map.of("sessionExpiryInterval", 3600));
    mqtt("before", "/mqtt", "away", session);
    leaveThePage();
    publish("away", "kept");
    openThePage();
    mqtt("after", "/mqtt", "away", session);
    assertThat(next("after")).isEqualTo(Map.of("topic", "away", "body", base64("kept")));
  }

  @Test
  void onlyPagesOfOriginsThatAreAllowedConnect() {
    for (String path : List.of("/stomp", "/mqtt", "/ws")) {
      assertThat(call("socket", url(path), List.of("mqtt", "v12.stomp")))
          .isEqualTo(path.equals("/stomp") ? "open v12.stomp" : "open mqtt");
    }
    browser.open(stranger.origin() + "/clients.html");
    for (String path : List.of("/stomp", "/mqtt", "/ws")) {
      assertThat(call("socket", url(path), List.of("mqtt", "v12.stomp"))).isEqualTo("refused");
    }
    assertThat(browser.complaints()).hasSize(3).allMatch(complaint -> complaint.contains("403"));
  }

  @Test
  void aTabThatDiesInTheMiddleOfAMessageLeavesNothing() throws Exception {
    String survivor = browser.tab();
    awaitNoConnections();
    List<String> queues = queues();
    long descriptors = sockets();
    for (int death = 0; death < DEATHS; death++) {
      browser.openTab(allowed.origin() + "/clients.html");
      call("begin", url("/stomp"), url("/mqtt"), "/queue/half", "half");
      assertThat(connections()).hasSize(2);
      browser.crash();
      browser.switchTo(survivor);
      awaitNoConnections();
    }
    assertThat(queues()).isEqualTo(queues);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(sockets()).isEqualTo(descriptors));
    collectGarbage();
    // A buffer that nobody released is reported when the next one is made.
    whatAPageSaysByStompIsHeardByMqttAndTheReverse(new byte[1000]);
  }

  private Object stomp(String name, String path, String destination) {
    return call("stomp", name, url(path), destination);
  }

  private Object mqtt(String name, String path, String filter, Map<String, ?> options) {
    return call("mqtt", name, url(path), filter, options);
  }

  private Object next(String name) {
    return call("next", name);
  }

  private Object call(String function, Object... arguments) {
    return Objects.requireNonNullElse(
        browser.evaluate("window.page." + function + "(...arguments)", arguments), "");
  }

  private String url(String path) {
    return "ws://127.0.0.1:" + broker.port("http") + path;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Publishes by AMQP, and waits until the broker has it. */
  private void publish(String key, String body) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(broker.port("amqp"));
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      channel.confirmSelect();
      channel.basicPublish(
          "amq.topic",
          key,
          MessageProperties.PERSISTENT_BASIC,
          body.getBytes(StandardCharsets.UTF_8));
      channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    }
  }

  private List<String> queues() {
    return all("queues").stream().map(queue -> queue.get("name").asText()).toList();
  }

  private List<JsonNode> connections() {
    return all("connections");
  }

  /** What the API lists. */
  private List<JsonNode> all(String kind) {
    try {
      List<JsonNode> found = new ArrayList<>();
      api.get(kind).forEach(found::add);
      return found;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitNoConnections() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(connections()).isEmpty());
  }

  /** How many sockets the broker has, the one of this question included. */
  private long sockets() throws IOException, InterruptedException {
    api.get("whoami");
    Path open = Path.of("/proc", Long.toString(broker.program().pid()), "fd");
    try (Stream<Path> descriptors = Files.list(open)) {
      return descriptors.filter(BrowserClientsIT::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try (Program collection = Program.start(
        folder,
        Map.of(),
        List.of(jcmd.toString(), Long.toString(broker.program().pid()), "GC.run"))) {
      assertThat(collection.awaitExit()).as(collection.output()).isZero();
    }
  }
}
