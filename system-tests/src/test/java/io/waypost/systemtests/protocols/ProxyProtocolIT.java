package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.systemtests.WaypostProcess;
import io.waypost.transport.tls.TestCa;
import io.waypost.transport.tls.TestCa.Issued;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged broker behind a proxy, which this test plays. */
class ProxyProtocolIT {
  private static final String LOCAL = "PROXY TCP4 127.0.0.9 127.0.0.1 40009 80\r\n";
  private static final String REMOTE = "PROXY TCP4 192.0.2.7 127.0.0.1 40007 80\r\n";

  private static TestCa ca;
  private static WaypostProcess broker;

  @BeforeAll
  static void start(@TempDir Path temp) throws Exception {
    ca = TestCa.in(temp);
    Issued own = ca.issue("CN=broker", "localhost");
    broker = WaypostProcess.start(
        Files.createDirectory(temp.resolve("broker")),
        "listeners.stomp.proxy-protocol=true",
        "listeners.stomps.enabled=true",
        "listeners.stomps.port=0",
        "listeners.stomps.proxy-protocol=true",
        "listeners.https.enabled=true",
        "listeners.https.port=0",
        "listeners.https.proxy-protocol=true",
        "listeners.web-stomp.enabled=true",
        "listeners.web-stomp.port=0",
        "listeners.web-stomp.proxy-protocol=true",
        "tls.certificate=" + own.certificate(),
        "tls.key=" + own.key());
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Socket connect(String listener, String header) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port(listener));
    socket.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));
    socket.getOutputStream().write(header.getBytes(UTF_8));
    return socket;
  }

  private static Socket encrypted(Socket plain) throws Exception {
    return ca.client(null).getSocketFactory().createSocket(plain, "localhost", 0, true);
  }

  private static String stomp(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("CONNECT\naccept-version:1.2\nlogin:guest\npasscode:guest\n\n\0".getBytes(UTF_8));
    StringBuilder frame = new StringBuilder();
    for (int octet = socket.getInputStream().read();
        octet > 0;
        octet = socket.getInputStream().read()) {
      frame.append((char) octet);
    }
    return frame.toString();
  }

  private static String http(Socket socket, String path) throws IOException {
    String credentials = Base64.getEncoder().encodeToString("guest:guest".getBytes(UTF_8));
    socket
        .getOutputStream()
        .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: Basic " + credentials + "\r\n\r\n")
            .getBytes(UTF_8));
    return new String(socket.getInputStream().readAllBytes(), UTF_8);
  }

  @Test
  void whoeverMayComeFromThisMachineOnlyIsJudgedByTheClientsAddress() throws Exception {
    try (Socket near = connect("stomp", LOCAL);
        Socket far = connect("stomp", REMOTE)) {
      assertThat(stomp(near)).startsWith("CONNECTED");
      assertThat(stomp(far)).startsWith("ERROR");
      try (Socket http = connect("http", "")) {
        assertThat(http(http, "/api/connections"))
            .contains("\"peer_host\":\"127.0.0.9\"", "\"peer_port\":40009");
      }
    }
  }

  @Test
  void theHeaderComesBeforeTheEncryption() throws Exception {
    try (Socket near = encrypted(connect("stomps", LOCAL));
        Socket far = encrypted(connect("stomps", REMOTE))) {
      assertThat(stomp(near)).startsWith("CONNECTED");
      assertThat(stomp(far)).startsWith("ERROR");
    }
  }

  @Test
  void httpIsJudgedInTheSameWay() throws Exception {
    try (Socket near = encrypted(connect("https", LOCAL));
        Socket far = encrypted(connect("https", REMOTE))) {
      assertThat(http(near, "/api/whoami")).startsWith("HTTP/1.1 200 ");
      assertThat(http(far, "/api/whoami")).startsWith("HTTP/1.1 401 ");
    }
  }

  @Test
  void aWebSocketIsItsClientsToo() throws Exception {
    try (Socket socket = connect("web-stomp", "PROXY TCP4 127.0.0.8 127.0.0.1 40008 80\r\n")) {
      socket
          .getOutputStream()
          .write(String.join(
                  "\r\n",
                  "GET /stomp HTTP/1.1",
                  "Host: localhost",
                  "Upgrade: websocket",
                  "Connection: Upgrade",
                  "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                  "",
                  "")
              .getBytes(UTF_8));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        answer.append((char) socket.getInputStream().read());
      }
      assertThat(answer).startsWith("HTTP/1.1 101 ");
      byte[] frame =
          "CONNECT\naccept-version:1.2\nlogin:guest\npasscode:guest\n\n\0".getBytes(UTF_8);
      socket
          .getOutputStream()
          .write(new byte[] {(byte) 0x81, (byte) (0x80 | frame.length), 0, 0, 0, 0});
      socket.getOutputStream().write(frame);
      boolean longer = socket.getInputStream().readNBytes(2)[1] == 126;
      socket.getInputStream().skipNBytes(longer ? 2 : 0);
      assertThat(new String(socket.getInputStream().readNBytes(9), UTF_8)).isEqualTo("CONNECTED");
      try (Socket http = connect("http", "")) {
        assertThat(http(http, "/api/connections")).contains("\"peer_host\":\"127.0.0.8\"");
      }
    }
  }

  @Test
  void whoeverSendsNoHeaderIsClosed() throws Exception {
    for (String listener : new String[] {"stomp", "stomps", "https", "web-stomp"}) {
      try (Socket socket = connect(listener, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
            .as(listener)
            .isEmpty();
      } catch (java.net.SocketException reset) {
        assertThat(reset).as(listener).hasMessageContaining("reset");
      }
    }
  }
}
