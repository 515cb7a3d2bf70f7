package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultSaslConfig;
import io.waypost.systemtests.WaypostProcess;
import io.waypost.transport.tls.TestCa;
import io.waypost.transport.tls.TestCa.Issued;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker with every encrypted listener, and real clients of each protocol. */
class TlsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static TestCa ca;
  private static TestCa stranger;
  private static Issued own;
  private static Issued device;
  private static Path folder;
  private static WaypostProcess broker;

  @BeforeAll
  static void start(@TempDir Path temp) throws Exception {
    folder = temp;
    ca = TestCa.in(Files.createDirectory(temp.resolve("ca")));
    stranger = TestCa.in(Files.createDirectory(temp.resolve("stranger")));
    own = ca.issue("CN=broker", "localhost", "127.0.0.1");
    device = ca.issue("CN=device,O=farm");
    Issued example = ca.issue("CN=example", "mail.example.org");
    broker = WaypostProcess.start(
        Files.createDirectory(temp.resolve("broker")),
        "listeners.amqps.enabled=true",
        "listeners.amqps.port=0",
        "listeners.mqtts.enabled=true",
        "listeners.mqtts.port=0",
        "listeners.stomps.enabled=true",
        "listeners.stomps.port=0",
        "listeners.https.enabled=true",
        "listeners.https.port=0",
        "listeners.web-stomps.enabled=true",
        "listeners.web-stomps.port=0",
        "listeners.web-mqtts.enabled=true",
        "listeners.web-mqtts.port=0",
        "listeners.shared.enabled=true",
        "listeners.shared.port=0",
        "listeners.barn.protocol=mqtt",
        "listeners.barn.port=0",
        "listeners.barn.tls=true",
        "tls.certificate=" + own.certificate(),
        "tls.key=" + own.key(),
        "tls.client-certificate=request",
        "tls.trusted=" + ca.certificate(),
        "tls.user-from=common-name",
        "tls.sni=host=*.example.org;certificate=" + example.certificate() + ";key=" + example.key(),
        "tls.reload-interval=200ms",
        "tls.handshake-timeout=2s",
        "mqtt.certificate-login=true",
        "stomp.certificate-login=true");
    api("PUT", "/api/users/device", "{\"password\":\"unguessed\",\"tags\":\"\"}");
    api(
        "PUT",
        "/api/permissions/%2F/device",
        "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}");
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static HttpClient http() throws Exception {
    return HttpClient.newBuilder()
        .sslContext(ca.client(null))
        .connectTimeout(PATIENCE)
        .build();
  }

  private static String api(String method, String path, String body) throws Exception {
    HttpResponse<String> response = http()
        .send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + broker.port("https") + path))
                .header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString("guest:guest".getBytes(UTF_8)))
                .timeout(PATIENCE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response.body();
  }

  private static JsonNode connection(String name) throws Exception {
    JsonNode all = new ObjectMapper().readTree(api("GET", "/api/connections", ""));
    return StreamSupport.stream(all.spliterator(), false)
        .filter(each -> each.path("user_provided_name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " in " + all));
  }

  private static ConnectionFactory amqp(String listener, SSLContext by) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("localhost");
    factory.setPort(broker.port(listener));
    factory.useSslProtocol(by);
    factory.enableHostnameVerification();
    factory.setConnectionTimeout((int) PATIENCE.toMillis());
    factory.setHandshakeTimeout((int) PATIENCE.toMillis());
    return factory;
  }

  private static void echo(Connection connection) throws Exception {
    Channel channel = connection.createChannel();
    String queue = channel.queueDeclare().getQueue();
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    channel.basicConsume(
        queue, true, (tag, delivery) -> received.add(delivery.getBody()), tag -> {});
    channel.confirmSelect();
    byte[] body = new byte[300_000];
    body[299_999] = 1;
    for (int i = 0; i < 20; i++) {
      channel.basicPublish("", queue, null, body);
    }
    channel.waitForConfirmsOrDie(PATIENCE.toMillis());
    for (int i = 0; i < 20; i++) {
      assertThat(received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(body);
    }
  }

  @Test
  void amqpIsSpokenAndShownWithItsEncryption() throws Exception {
    for (String listener : List.of("amqps", "shared")) {
      ConnectionFactory factory = amqp(listener, ca.client(null));
      try (Connection connection = factory.newConnection("plain login " + listener)) {
        echo(connection);
        JsonNode shown = connection("plain login " + listener);
        assertThat(shown.path("ssl").asBoolean()).isTrue();
        assertThat(shown.path("ssl_protocol").asText()).isEqualTo("tlsv1.3");
        assertThat(shown.path("ssl_cipher").asText()).isNotEmpty();
        assertThat(shown.path("auth_mechanism").asText()).isEqualTo("PLAIN");
        assertThat(shown.has("peer_cert_subject")).isFalse();
      }
    }
  }

  @Test
  void amqpTakesTheCertificatesNameByExternal() throws Exception {
    ConnectionFactory factory = amqp("amqps", ca.client(device));
    factory.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    try (Connection connection = factory.newConnection("device")) {
      echo(connection);
      JsonNode shown = connection("device");
      assertThat(shown.path("user").asText()).isEqualTo("device");
      assertThat(shown.path("auth_mechanism").asText()).isEqualTo("EXTERNAL");
      assertThat(shown.path("peer_cert_subject").asText()).isEqualTo("CN=device,O=farm");
      assertThat(shown.path("peer_cert_issuer").asText()).isEqualTo("CN=Test CA");
      assertThat(shown.path("peer_cert_validity").asText()).contains(" - ");
    }
    ConnectionFactory unknown = amqp("amqps", ca.client(ca.issue("CN=nobody")));
    unknown.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    assertThatThrownBy(unknown::newConnection).isInstanceOf(AuthenticationFailureException.class);
  }

  @Test
  void whoeverDoesNotTrustOrIsNotTrustedStaysOutside() throws Exception {
    ConnectionFactory doubting = amqp("amqps", stranger.client(null));
    assertThatThrownBy(doubting::newConnection).isInstanceOf(SSLException.class);
    SSLContext pretender = SSLContext.getInstance("TLS");
    pretender.init(
        stranger.issue("CN=device,O=farm").bundle().toKeyManagerFactory().getKeyManagers(),
        new javax.net.ssl.TrustManager[] {ca.trust()},
        null);
    ConnectionFactory refused = amqp("amqps", pretender);
    refused.setSaslConfig(DefaultSaslConfig.EXTERNAL);
    assertThatThrownBy(refused::newConnection).isInstanceOf(IOException.class);
  }

  private static MqttClient mqtt(String listener, String id) throws MqttException {
    MqttClient client =
        new MqttClient("ssl://localhost:" + broker.port(listener), id, new MemoryPersistence());
    client.setTimeToWait(PATIENCE.toMillis());
    return client;
  }

  private static MqttConnectOptions options(SSLContext by) {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setSocketFactory(by.getSocketFactory());
    options.setHttpsHostnameVerificationEnabled(true);
    options.setConnectionTimeout((int) PATIENCE.toSeconds());
    return options;
  }

  @Test
  void mqttClientsAreWhoTheirCertificateSays() throws Exception {
    for (String listener : List.of("mqtts", "barn", "shared")) {
      BlockingQueue<String> received = new LinkedBlockingQueue<>();
      try (MqttClient client = mqtt(listener, "cert-" + listener)) {
        client.connect(options(ca.client(device)));
        client.subscribe(
            "tls/" + listener,
            1,
            (topic, message) -> received.add(new String(message.getPayload(), UTF_8)));
        client.publish("tls/" + listener, "hello".getBytes(UTF_8), 1, false);
        assertThat(received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("hello");
        assertThat(connection("cert-" + listener).path("user").asText()).isEqualTo("device");
        client.disconnect();
      }
    }
  }

  @Test
  void aNamedMqttClientIsWhoItSaysWhateverItsCertificate() throws Exception {
    try (MqttClient client = mqtt("mqtts", "named")) {
      MqttConnectOptions options = options(ca.client(device));
      options.setUserName("guest");
      options.setPassword("guest".toCharArray());
      client.connect(options);
      assertThat(connection("named").path("user").asText()).isEqualTo("guest");
      assertThat(connection("named").path("peer_cert_subject").asText())
          .isEqualTo("CN=device,O=farm");
      client.disconnect();
    }
    try (MqttClient client = mqtt("mqtts", "unknown")) {
      MqttConnectOptions options = options(ca.client(ca.issue("CN=nobody")));
      assertThatThrownBy(() -> client.connect(options)).isInstanceOf(MqttException.class);
    }
  }

  private static SSLSocket socket(String listener, SSLContext by) throws IOException {
    SSLSocket socket =
        (SSLSocket) by.getSocketFactory().createSocket("localhost", broker.port(listener));
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static String frame(SSLSocket socket) throws IOException {
    StringBuilder frame = new StringBuilder();
    for (int octet = socket.getInputStream().read();
        octet > 0;
        octet = socket.getInputStream().read()) {
      frame.append((char) octet);
    }
    return frame.toString();
  }

  private static void send(SSLSocket socket, String frame) throws IOException {
    socket.getOutputStream().write((frame + "\0").getBytes(UTF_8));
  }

  @Test
  void stompClientsAreWhoTheirCertificateSays() throws Exception {
    for (String listener : List.of("stomps", "shared")) {
      try (SSLSocket socket = socket(listener, ca.client(device))) {
        send(socket, "CONNECT\naccept-version:1.2\nhost:/\nclient-id:stomp-" + listener + "\n\n");
        assertThat(frame(socket)).startsWith("CONNECTED\n");
        assertThat(connection("stomp-" + listener).path("user").asText()).isEqualTo("device");
        send(socket, "SUBSCRIBE\nid:1\ndestination:/queue/tls-" + listener + "\n\n");
        send(socket, "SEND\ndestination:/queue/tls-" + listener + "\n\nhello");
        assertThat(frame(socket).strip()).startsWith("MESSAGE").endsWith("hello");
        send(socket, "DISCONNECT\nreceipt:9\n\n");
        assertThat(frame(socket).strip()).startsWith("RECEIPT");
        // Ended in order: a cut would be an exception.
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isBlank();
      }
    }
  }

  @Test
  void stompIsSpokenThroughWebSocketsToo() throws Exception {
    for (Map.Entry<String, String> door :
        Map.of("https", "/stomp", "web-stomps", "/ws").entrySet()) {
      Frames frames = new Frames();
      WebSocket socket = HttpClient.newBuilder()
          .sslContext(ca.client(device))
          .build()
          .newWebSocketBuilder()
          .subprotocols("v12.stomp")
          .buildAsync(
              URI.create("wss://localhost:" + broker.port(door.getKey()) + door.getValue()), frames)
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String id = "ws-" + door.getKey();
      socket.sendText("CONNECT\naccept-version:1.2\nhost:/\nclient-id:" + id + "\n\n\0", true);
      assertThat(frames.next()).startsWith("CONNECTED\n");
      JsonNode shown = connection(id);
      assertThat(shown.path("user").asText()).isEqualTo("device");
      assertThat(shown.path("ssl").asBoolean()).isTrue();
      assertThat(shown.path("peer_cert_subject").asText()).isEqualTo("CN=device,O=farm");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static final class Frames implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        received.add(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    String next() throws InterruptedException {
      return String.valueOf(received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
  }

  private static String shown(String listener, String host) throws Exception {
    try (SSLSocket socket = socket(listener, ca.client(null))) {
      javax.net.ssl.SSLParameters parameters = socket.getSSLParameters();
      parameters.setServerNames(List.of(new javax.net.ssl.SNIHostName(host)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  @Test
  void theCertificateFollowsTheHostAndTheFilesOnEveryListener() throws Exception {
    List<String> listeners =
        List.of("amqps", "mqtts", "stomps", "https", "web-stomps", "web-mqtts", "barn");
    for (String listener : listeners) {
      assertThat(shown(listener, "mail.example.org")).as(listener).isEqualTo("CN=example");
      assertThat(shown(listener, "localhost")).as(listener).startsWith("CN=broker");
    }
    ca.issue("CN=broker\\, renewed", "localhost", "127.0.0.1").replace(own);
    for (String listener : listeners) {
      await()
          .atMost(PATIENCE)
          .until(() -> shown(listener, "localhost").equals("CN=broker\\, renewed"));
    }
  }

  @Test
  void theHttpPortServesNothingThatIsNotEncrypted() throws Exception {
    HttpRequest plain = HttpRequest.newBuilder(
            URI.create("http://localhost:" + broker.port("https") + "/healthz"))
        .timeout(PATIENCE)
        .build();
    assertThatThrownBy(() -> http().send(plain, HttpResponse.BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aHandshakeThatDoesNotEndIsCut() throws Exception {
    for (String listener : List.of("amqps", "mqtts", "stomps")) {
      try (java.net.Socket silent = new java.net.Socket("localhost", broker.port(listener))) {
        silent.setSoTimeout((int) PATIENCE.toMillis());
        assertThat(silent.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  private static String refusal(String... settings) throws Exception {
    Path own = Files.createTempDirectory(folder, "refused");
    try (var program = WaypostProcess.launch(own, Map.of(), settings)) {
      assertThat(program.awaitExit()).as(program.output()).isEqualTo(78);
      return program.output().strip();
    }
  }

  @Test
  void whatCannotBeUsedIsRefusedInOneLine() throws Exception {
    assertThat(refusal("listeners.amqps.enabled=true"))
        .isEqualTo("waypost: --set listeners.amqps.enabled: listeners.amqps.enabled needs a"
            + " certificate: tls.certificate must name its file");
    Path missing = folder.resolve("missing.pem");
    assertThat(refusal("listeners.amqps.enabled=true", "tls.certificate=" + missing))
        .isEqualTo("waypost: TLS: cannot read " + missing + ": there is no such file");
    assertThat(refusal(
            "listeners.https.enabled=true",
            "tls.certificate=" + device.certificate(),
            "tls.key=" + stranger.issue("CN=other").key()))
        .startsWith("waypost: TLS: the key in ")
        .contains(" is not that of the certificate in ")
        .doesNotContain("\n");
    Path store = device.store("secret");
    assertThat(refusal(
            "listeners.mqtts.enabled=true",
            "tls.certificate=" + store,
            "tls.key-password=wrong-password"))
        .isEqualTo(
            "waypost: TLS: " + store + " can't be opened by tls.key-password, or is damaged");
  }
}
