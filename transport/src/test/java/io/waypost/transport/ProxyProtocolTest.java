package io.waypost.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProxyProtocolTest {
  private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10};

  private final NettyLoops loops = NettyLoops.start(2);
  private final Connections connections = new Connections(100);
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    assertThat(loops.close(Duration.ofSeconds(10))).isTrue();
  }

  private Listener listen(Duration patience) throws IOException {
    Endpoint echo = new Endpoint(
        new EchoProtocol("echo"), new NoBroker(), ProtocolSettings.defaults("Test", "1"));
    PortSharing sharing = new PortSharing(List.of(echo), Duration.ofMinutes(1), null);
    return Listener.bind(
        new ListenerSettings("proxied", "127.0.0.1", 0, 128, 64 * 1024),
        loops,
        connections,
        channel -> ProxyProtocol.open(channel, patience, opened -> {
          seen.add(String.valueOf(ClientAddress.of(opened)));
          sharing.open(opened);
        }));
  }

  private static byte[] second(int command, int family, int... addresses) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(SIGNATURE);
    header.write(0x20 | command);
    header.write(family);
    header.write(0);
    header.write(addresses.length);
    for (int octet : addresses) {
      header.write(octet);
    }
    return header.toByteArray();
  }

  private String address(Listener listener, byte[] header) throws Exception {
    try (Socket socket = ListenerTest.connect(listener, "127.0.0.1")) {
      socket.setSoTimeout(60_000);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(header);
      all.writeBytes("echo".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(all.toByteArray());
      assertThat(ListenerTest.read(socket, 10)).isEqualTo("<echo>echo");
      String address = String.valueOf(seen.poll(1, TimeUnit.MINUTES));
      return address.replace(":" + socket.getLocalPort(), ":own");
    }
  }

  @Test
  void theClientIsWhereTheProxySays() throws Exception {
    try (Listener listener = listen(Duration.ofMinutes(1))) {
      assertThat(address(
              listener,
              "PROXY TCP4 192.0.2.7 198.51.100.1 40001 5672\r\n"
                  .getBytes(StandardCharsets.US_ASCII)))
          .isEqualTo("/192.0.2.7:40001");
      assertThat(address(
              listener,
              "PROXY TCP6 2001:db8::7 2001:db8::1 40002 5672\r\n"
                  .getBytes(StandardCharsets.US_ASCII)))
          .isEqualTo("/[2001:db8:0:0:0:0:0:7]:40002");
      assertThat(address(listener, second(1, 0x11, 192, 0, 2, 9, 127, 0, 0, 1, 0x9C, 0x43, 0, 80)))
          .isEqualTo("/192.0.2.9:40003");
      // With an extension behind the addresses.
      assertThat(address(
              listener,
              second(1, 0x11, 192, 0, 2, 9, 127, 0, 0, 1, 0x9C, 0x44, 0, 80, 4, 0, 2, 1, 2)))
          .isEqualTo("/192.0.2.9:40004");
    }
  }

  @Test
  void aProxyThatSpeaksForItselfIsTheClient() throws Exception {
    try (Listener listener = listen(Duration.ofMinutes(1))) {
      assertThat(address(listener, second(0, 0))).isEqualTo("/127.0.0.1:own");
      assertThat(address(listener, "PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII)))
          .isEqualTo("/127.0.0.1:own");
    }
  }

  @Test
  void headersThatAreNotUnderstoodCloseTheConnection() throws Exception {
    for (String header : List.of(
        "echo and no header at all, which goes on for longer than any header of version 1 may be,"
            + " which is 107 characters\r\n",
        "AMQP\0\0\t\1 and more\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 70000 5672\r\n",
        "PROXY TCP4 nowhere 198.51.100.1 40000 5672\r\n",
        "PROXY TCP5 192.0.2.7 198.51.100.1 40000 5672\r\n",
        "PROXY TCP4 192.0.2.7\r\n",
        new String(second(7, 0x11, 1, 2), StandardCharsets.ISO_8859_1),
        new String(second(1, 0x11, 192, 0, 2, 9), StandardCharsets.ISO_8859_1))) {
      try (Listener listener = listen(Duration.ofMinutes(1));
          Socket socket = ListenerTest.connect(listener, "127.0.0.1")) {
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(header.getBytes(StandardCharsets.ISO_8859_1));
        assertEnds(socket, header);
      }
    }
    assertThat(seen).isEmpty();
  }

  @Test
  void aProxyThatSaysNothingIsCut() throws Exception {
    try (Listener listener = listen(Duration.ofMillis(200));
        Socket socket = ListenerTest.connect(listener, "127.0.0.1")) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write("PROXY TCP4 ".getBytes(StandardCharsets.US_ASCII));
      assertEnds(socket, "");
      await().atMost(Duration.ofMinutes(1)).until(() -> connections.size() == 0);
    }
  }

  private static void assertEnds(Socket socket, String after) throws IOException {
    try {
      assertThat(socket.getInputStream().readAllBytes()).as(after).isEmpty();
    } catch (SocketException reset) {
      assertThat(reset).as(after).hasMessageContaining("reset");
    }
  }
}
