package io.waypost.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.OpenSsl;
import io.waypost.broker.Encryption;
import io.waypost.transport.tls.ClientCertificate;
import io.waypost.transport.tls.KeyFiles;
import io.waypost.transport.tls.TestCa;
import io.waypost.transport.tls.TestCa.Issued;
import io.waypost.transport.tls.Tls;
import io.waypost.transport.tls.TlsPeer;
import io.waypost.transport.tls.TlsSettings;
import io.waypost.transport.tls.UserFrom;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted listeners, by Java and by the native library. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class EncryptionTest {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final int FATAL_ALERT = 0x15;
  private static final int PROTOCOL_VERSION = 70;

  private final boolean nativeLibrary;
  private final NettyLoops loops = NettyLoops.start(2);
  private final Connections connections = new Connections(100);
  private final CompletableFuture<Encryption> seen = new CompletableFuture<>();
  private TestCa ca;
  private TestCa stranger;
  private Issued own;
  private Map<String, KeyFiles> byHost = Map.of();
  private ClientCertificate asked = ClientCertificate.NONE;
  private UserFrom userFrom = UserFrom.DISTINGUISHED_NAME;
  private Duration handshakeTimeout = Duration.ofMinutes(1);
  private @Nullable Tls tls;

  EncryptionTest(boolean nativeLibrary) {
    Assumptions.assumeTrue(!nativeLibrary || OpenSsl.isAvailable());
    this.nativeLibrary = nativeLibrary;
  }

  @BeforeEach
  void issue(@TempDir Path temp) throws Exception {
    ca = TestCa.in(Files.createDirectory(temp.resolve("ca")));
    stranger = TestCa.in(Files.createDirectory(temp.resolve("stranger")));
    own = ca.issue("CN=broker", "localhost");
  }

  @AfterEach
  void close() {
    if (tls != null) {
      tls.close();
    }
    assertThat(loops.close(Duration.ofSeconds(10))).isTrue();
  }

  private static KeyFiles files(Issued issued) {
    return new KeyFiles(issued.certificate(), issued.key());
  }

  private Tls tls() throws Exception {
    Tls loaded = tls;
    if (loaded == null) {
      loaded = Tls.load(new TlsSettings(
          files(own),
          byHost,
          "",
          asked == ClientCertificate.NONE ? null : ca.certificate(),
          asked,
          List.of("TLSv1.3", "TLSv1.2"),
          userFrom,
          handshakeTimeout,
          Duration.ofMillis(100),
          nativeLibrary));
      tls = loaded;
    }
    return loaded;
  }

  private static Endpoint echo() {
    return new Endpoint(
        new EchoProtocol("echo"), new NoBroker(), ProtocolSettings.defaults("Test", "1"));
  }

  private Listener listen() throws Exception {
    Tls encryption = tls();
    return listen(channel -> encryption.open(channel, opened -> {
      Encryption known = TlsPeer.of(opened);
      if (known != null) {
        seen.complete(known);
      }
      echo().open(opened);
    }));
  }

  private Listener listen(Consumer<Channel> opener) throws IOException {
    return Listener.bind(
        new ListenerSettings("echos", "127.0.0.1", 0, 128, 64 * 1024), loops, connections, opener);
  }

  private static SSLSocket connect(Listener listener, SSLContext by, String... protocols)
      throws IOException {
    SSLSocket socket = (SSLSocket) by.getSocketFactory()
        .createSocket(InetAddress.getLoopbackAddress(), listener.address().getPort());
    socket.setSoTimeout(PATIENCE_MILLIS);
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    return socket;
  }

  private static String greeting(Socket socket) throws IOException {
    return ListenerTest.read(socket, 6);
  }

  @Test
  void bothVersionsCarryWhatIsSaid() throws Exception {
    byte[] much = new byte[1 << 20];
    for (String version : List.of("TLSv1.3", "TLSv1.2")) {
      try (Listener listener = listen();
          SSLSocket socket = connect(listener, ca.client(null), version)) {
        assertThat(greeting(socket)).isEqualTo("<echo>");
        assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        CompletableFuture<byte[]> back = CompletableFuture.supplyAsync(
            () -> {
              try {
                return socket.getInputStream().readNBytes(much.length);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task).start());
        socket.getOutputStream().write(much);
        assertThat(back.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(much);
      }
    }
    Encryption encryption = seen.get(1, TimeUnit.SECONDS);
    assertThat(encryption.protocol()).isEqualTo("TLSv1.3");
    assertThat(encryption.cipher()).startsWith("TLS_");
    assertThat(encryption.certificate()).isNull();
    assertThat(encryption.user()).isNull();
  }

  @Test
  void aClientIsKnownByItsCertificate() throws Exception {
    asked = ClientCertificate.REQUIRE;
    Issued client = ca.issue("CN=device,O=farm");
    try (Listener listener = listen();
        SSLSocket socket = connect(listener, ca.client(client))) {
      assertThat(greeting(socket)).isEqualTo("<echo>");
    }
    Encryption.Certificate certificate =
        Objects.requireNonNull(seen.get(1, TimeUnit.SECONDS).certificate());
    assertThat(certificate.subject()).isEqualTo("CN=device,O=farm");
    assertThat(certificate.user()).isEqualTo("CN=device,O=farm");
    assertThat(certificate.issuer()).isEqualTo("CN=Test CA");
    assertThat(certificate.validity()).contains("Z - ");
  }

  @Test
  void theCommonNameMayBeTheUser() throws Exception {
    asked = ClientCertificate.REQUEST;
    userFrom = UserFrom.COMMON_NAME;
    try (Listener listener = listen();
        SSLSocket socket = connect(listener, ca.client(ca.issue("CN=device\\, 7,O=farm")))) {
      assertThat(greeting(socket)).isEqualTo("<echo>");
    }
    assertThat(seen.get(1, TimeUnit.SECONDS).user()).isEqualTo("device, 7");
  }

  @Test
  void aSubjectWithoutACommonNameIsNobodysName() throws Exception {
    asked = ClientCertificate.REQUEST;
    userFrom = UserFrom.COMMON_NAME;
    try (Listener listener = listen();
        SSLSocket socket = connect(listener, ca.client(ca.issue("O=farm")))) {
      assertThat(greeting(socket)).isEqualTo("<echo>");
    }
    assertThat(seen.get(1, TimeUnit.SECONDS).user()).isNull();
  }

  @Test
  void whoeverHasToShowACertificateAndHasNoneIsRefused() throws Exception {
    asked = ClientCertificate.REQUIRE;
    try (Listener listener = listen()) {
      for (String version : List.of("TLSv1.3", "TLSv1.2")) {
        assertRefused(listener, ca.client(null), version);
        assertRefused(listener, strangersClient(), version);
      }
      assertThat(seen).isNotDone();
      await().atMost(Duration.ofMinutes(1)).until(() -> connections.size() == 0);
    }
  }

  @Test
  void whoeverIsOnlyAskedMayHaveNoneButNotAStrangers() throws Exception {
    asked = ClientCertificate.REQUEST;
    try (Listener listener = listen();
        SSLSocket socket = connect(listener, ca.client(null))) {
      assertThat(greeting(socket)).isEqualTo("<echo>");
      assertThat(seen.get(1, TimeUnit.SECONDS).user()).isNull();
      assertRefused(listener, strangersClient(), "TLSv1.3");
      assertRefused(listener, strangersClient(), "TLSv1.2");
    }
  }

  /** Believes our CA, but shows what another one of the same name issued. */
  private SSLContext strangersClient() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        stranger.issue("CN=device,O=farm").bundle().toKeyManagerFactory().getKeyManagers(),
        new javax.net.ssl.TrustManager[] {ca.trust()},
        null);
    return context;
  }

  /** With TLS 1.3 a client learns it after it thought that all was well. */
  private static void assertRefused(Listener listener, SSLContext by, String version)
      throws IOException {
    try (SSLSocket socket = connect(listener, by, version)) {
      assertThatThrownBy(() -> {
            socket.startHandshake();
            if (socket.getInputStream().read() < 0) {
              throw new SocketException("closed");
            }
          })
          .isInstanceOfAny(SSLException.class, SocketException.class);
    }
  }

  @Test
  void aClientThatDoesNotKnowTheCaRefuses() throws Exception {
    try (Listener listener = listen();
        SSLSocket socket = connect(listener, stranger.client(null))) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
      await().atMost(Duration.ofMinutes(1)).until(() -> connections.size() == 0);
    }
  }

  @Test
  void olderVersionsAreRefusedByAnAlert() throws Exception {
    try (Listener listener = listen();
        Socket socket = ListenerTest.connect(listener, "127.0.0.1")) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(helloOf11());
      byte[] alert = socket.getInputStream().readAllBytes();
      assertThat(alert).hasSizeGreaterThanOrEqualTo(7);
      assertThat(alert[0]).isEqualTo((byte) FATAL_ALERT);
      assertThat(alert[5]).as("fatal").isEqualTo((byte) 2);
      assertThat(alert[6]).isEqualTo((byte) PROTOCOL_VERSION);
    }
    assertThat(seen).isNotDone();
  }

  /** A ClientHello of TLS 1.1 (RFC 4346, section 7.4.1.2). */
  private static byte[] helloOf11() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {3, 2});
    body.writeBytes(new byte[32]);
    body.write(0);
    byte[] suites = {(byte) 0xC0, 0x0A, (byte) 0xC0, 0x09, (byte) 0xC0, 0x13, 0, 0x35, 0, 0x2F};
    body.writeBytes(new byte[] {0, (byte) suites.length});
    body.writeBytes(suites);
    body.writeBytes(new byte[] {1, 0});
    ByteArrayOutputStream hello = new ByteArrayOutputStream();
    hello.writeBytes(new byte[] {0x16, 3, 1, 0, (byte) (body.size() + 4)});
    hello.writeBytes(new byte[] {1, 0, 0, (byte) body.size()});
    hello.writeBytes(body.toByteArray());
    return hello.toByteArray();
  }

  @Test
  void theCertificateIsThatOfTheHostThatIsAskedFor() throws Exception {
    byHost = Map.of(
        "a.example.org", files(ca.issue("CN=a", "a.example.org")),
        "*.example.org", files(ca.issue("CN=any", "b.example.org")));
    try (Listener listener = listen()) {
      for (String version : List.of("TLSv1.3", "TLSv1.2")) {
        assertThat(shown(listener, "a.example.org", version)).isEqualTo("CN=a");
        assertThat(shown(listener, "A.Example.ORG", version)).isEqualTo("CN=a");
        assertThat(shown(listener, "b.example.org", version)).isEqualTo("CN=any");
        assertThat(shown(listener, "c.b.example.org", version)).isEqualTo("CN=broker");
        assertThat(shown(listener, "example.org", version)).isEqualTo("CN=broker");
        assertThat(shown(listener, null, version)).isEqualTo("CN=broker");
      }
    }
  }

  private String shown(Listener listener, @Nullable String host, String... versions)
      throws Exception {
    try (SSLSocket socket = connect(listener, ca.client(null), versions)) {
      if (host != null) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
      }
      socket.startHandshake();
      X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return certificate.getSubjectX500Principal().getName();
    }
  }

  @Test
  void newCertificatesAreUsedAndOpenConnectionsStay() throws Exception {
    CompletableFuture<SSLContext> http = new CompletableFuture<>();
    try (Listener listener = listen();
        SSLSocket before = connect(listener, ca.client(null))) {
      assertThat(greeting(before)).isEqualTo("<echo>");
      tls().watch(http::complete);
      Files.writeString(own.certificate(), "no certificate");
      assertThat(shown(listener, null)).isEqualTo("CN=broker");
      ca.issue("CN=renewed", "localhost").replace(own);
      await().atMost(Duration.ofMinutes(1)).until(() -> shown(listener, null).equals("CN=renewed"));
      assertThat(http.get(1, TimeUnit.MINUTES)).isSameAs(tls().http());
      ListenerTest.write(before, "still");
      assertThat(ListenerTest.read(before, 5)).isEqualTo("still");
    }
  }

  @Test
  void filesThatCannotBeUsedChangeNothing() throws Exception {
    try (Listener listener = listen();
        LogLines log = new LogLines(Tls.class)) {
      tls().watch(context -> {});
      Files.writeString(own.key(), "no key");
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> log.contains("TLS: certificates have changed, but those from before stay:"
              + " the key in " + own.key() + " can't be read: it is not PEM"));
      assertThat(shown(listener, null)).isEqualTo("CN=broker");
    }
  }

  @Test
  void aHandshakeThatDoesNotEndIsCut() throws Exception {
    handshakeTimeout = Duration.ofMillis(300);
    try (Listener listener = listen();
        Socket silent = ListenerTest.connect(listener, "127.0.0.1");
        Socket slow = ListenerTest.connect(listener, "127.0.0.1")) {
      silent.setSoTimeout(PATIENCE_MILLIS);
      slow.setSoTimeout(PATIENCE_MILLIS);
      slow.getOutputStream().write(new byte[] {0x16, 3, 1, 0, 100, 1});
      assertThat(silent.getInputStream().readAllBytes()).isEmpty();
      slow.getInputStream().readAllBytes();
      await().atMost(Duration.ofMinutes(1)).until(() -> connections.size() == 0);
    }
  }

  @Test
  void whateverIsNotEncryptedIsClosed() throws Exception {
    for (String first : List.of("AMQP\0\0\t\1", "GET / HTTP/1.1\r\n\r\n", "\20\14\0\4MQTT")) {
      try (Listener listener = listen();
          Socket socket = ListenerTest.connect(listener, "127.0.0.1")) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(first.getBytes(StandardCharsets.ISO_8859_1));
        assertEnds(socket);
      }
    }
    assertThat(seen).isNotDone();
  }

  /** An alert may come before, and a reset is an end, too. */
  private static void assertEnds(Socket socket) throws IOException {
    try {
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain("echo");
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }

  @Test
  void aSharedPortTakesBoth() throws Exception {
    PortSharing sharing = new PortSharing(List.of(echo()), Duration.ofMinutes(1), tls());
    try (Listener listener = listen(sharing::open);
        Socket plain = ListenerTest.connect(listener, "127.0.0.1");
        SSLSocket encrypted = connect(listener, ca.client(null))) {
      ListenerTest.write(plain, "echo");
      assertThat(ListenerTest.read(plain, 10)).isEqualTo("<echo>echo");
      ListenerTest.write(encrypted, "echo");
      assertThat(ListenerTest.read(encrypted, 10)).isEqualTo("<echo>echo");
      try (SSLSocket other = connect(listener, ca.client(null))) {
        ListenerTest.write(other, "nothing that is known");
        assertThat(other.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void theEndOfOurSideIsSaidBeforeTheSocketEnds() throws Exception {
    Tls encryption = tls();
    try (Listener listener = listen(channel -> encryption.open(
        channel,
        opened -> opened.pipeline().addLast(new ChannelInboundHandlerAdapter() {
          @Override
          public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.copiedBuffer("bye", StandardCharsets.US_ASCII))
                .addListener(written -> OutputEnd.of(ctx.channel()));
          }
        })))) {
      for (String version : List.of("TLSv1.3", "TLSv1.2")) {
        try (SSLSocket socket = connect(listener, ca.client(null), version)) {
          // A cut would be an exception.
          assertThat(socket.getInputStream().readAllBytes()).asString().isEqualTo("bye");
        }
      }
    }
  }

  @Test
  void certificatesThatSoonExpireAreWarnedOf() throws Exception {
    own = ca.issue(
        new io.netty.pkitesting.CertificateBuilder().ecp256(), Duration.ofDays(7), "CN=soon");
    byHost = Map.of(
        "old.example.org",
        files(ca.issue(
            new io.netty.pkitesting.CertificateBuilder().ecp256(),
            Duration.ofSeconds(-5),
            "CN=old")));
    try (LogLines log = new LogLines(Tls.class)) {
      assertThat(tls().expiry()).isBefore(java.time.Instant.now());
      assertThat(log.contains(
              "TLS: certificate CN=soon of " + own.certificate() + " expires in 6 days"))
          .isTrue();
      assertThat(log.contains("TLS: certificate CN=old of ")).isTrue();
      assertThat(log.contains("CN=Test CA")).isFalse();
    }
  }
}
