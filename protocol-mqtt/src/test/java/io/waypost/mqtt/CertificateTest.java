package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.waypost.broker.Permissions;
import io.waypost.engine.BrokerSettings;
import io.waypost.transport.Endpoint;
import io.waypost.transport.ProtocolSettings;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Clients behind an encrypted socket that showed a certificate. */
class CertificateTest {
  private static final String SUBJECT = "CN=device,O=farm";
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final ProtocolSettings SECTION = ProtocolSettings.defaults("Waypost", "0.0.0")
      .with(MqttSettings.CERTIFICATE_VHOSTS, Map.of(SUBJECT, "barn"));

  @RegisterExtension
  static final TestBroker broker = new TestBroker(BrokerSettings.defaults(), SECTION);

  private static int port;
  private static int portOfVirtualHost;
  private static SSLContext client;

  @BeforeAll
  static void listeners(@TempDir Path folder) throws Exception {
    KeyManagerFactory keys = keys(folder.resolve("server.p12"), "CN=localhost");
    SslContext server = SslContextBuilder.forServer(keys)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .clientAuth(ClientAuth.REQUIRE)
        .build();
    port = listen(server, SECTION);
    portOfVirtualHost = listen(server, SECTION.with(MqttSettings.LISTENER_VHOST, "/"));
    client = SSLContext.getInstance("TLS");
    client.init(
        keys(folder.resolve("client.p12"), SUBJECT).getKeyManagers(),
        InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
        null);
    broker.administration().putVirtualHost("barn", "").toCompletableFuture().join();
    for (String user : new String[] {"ann", SUBJECT}) {
      broker
          .administration()
          .putUser(user, "secret", Set.of())
          .toCompletableFuture()
          .join();
      for (String virtualHost : new String[] {"/", "barn"}) {
        broker
            .administration()
            .putPermissions(virtualHost, user, new Permissions(".*", ".*", ".*"))
            .toCompletableFuture()
            .join();
      }
    }
  }

  private static int listen(SslContext tls, ProtocolSettings settings) {
    Endpoint endpoint = new Endpoint(new MqttProtocol(), broker.broker(), settings);
    return broker.listen(channel -> {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
      endpoint.open(channel);
    });
  }

  private static KeyManagerFactory keys(Path file, String subject) throws Exception {
    Process keytool = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-keyalg",
            "EC",
            "-dname",
            subject,
            "-alias",
            "key",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD);
    return factory;
  }

  private static RawClient connect(int at, Packets.Connect connect) throws Exception {
    RawClient socket = RawClient.over(
        client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), at));
    return broker.connect(broker.kept(socket), connect);
  }

  private static String virtualHost(String clientId) {
    return broker.broker().inspector().connections().stream()
        .filter(each -> each.client().clientId().equals(clientId))
        .findFirst()
        .orElseThrow()
        .virtualHost();
  }

  @Test
  void whoeverShowsACertificateIsItsSubjectAndComesToItsVirtualHost() throws Exception {
    connect(port, Packets.connect(V311, "nameless"));
    assertThat(virtualHost("nameless")).isEqualTo("barn");
  }

  @Test
  void theListenersVirtualHostAndTheUserNamesWinOverTheCertificates() throws Exception {
    connect(port, Packets.connect(V311, "named").login("ann", "secret"));
    assertThat(virtualHost("named")).isEqualTo("barn");
    connect(port, Packets.connect(V311, "saying").login("/:ann", "secret"));
    assertThat(virtualHost("saying")).isEqualTo("/");
    connect(portOfVirtualHost, Packets.connect(V311, "at-listener").login("ann", "secret"));
    assertThat(virtualHost("at-listener")).isEqualTo("/");
  }
}
