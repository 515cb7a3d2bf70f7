package io.waypost.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class ListenerTest {
  private final NettyLoops loops;
  private final Connections connections = new Connections(3);

  ListenerTest(boolean nio) {
    loops = nio ? NettyLoops.startNio(2) : NettyLoops.start(2);
  }

  @AfterEach
  void close() {
    assertThat(loops.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void servesAConnectionOnTheActualPort() throws IOException {
    try (Listener listener = echo("127.0.0.1", 0);
        Socket socket = connect(listener, "127.0.0.1")) {
      assertThat(listener.name()).isEqualTo("echo");
      assertThat(listener.address().getPort()).isPositive();
      assertThat(read(socket, 6)).isEqualTo("<echo>");
      write(socket, "hello");
      assertThat(read(socket, 5)).isEqualTo("hello");
    }
  }

  @Test
  void oneListenerOnAllAddressesServesBothFamilies() throws IOException {
    for (String host : List.of("0.0.0.0", "::")) {
      try (Listener listener = echo(host, 0);
          Socket four = connect(listener, "127.0.0.1");
          Socket six = connect(listener, "::1")) {
        assertThat(read(four, 6) + read(six, 6)).isEqualTo("<echo><echo>");
      }
    }
  }

  @Test
  void saysThatAPortIsTaken() throws IOException {
    try (Listener first = echo("127.0.0.1", 0)) {
      int port = first.address().getPort();
      assertThatThrownBy(() -> echo("127.0.0.1", port))
          .isInstanceOf(BindException.class)
          .hasMessage("listener echo: cannot listen on 127.0.0.1:" + port
              + ": the address is already in use");
    }
  }

  @Test
  void saysThatAnAddressIsNotOurs() {
    assertThatThrownBy(() -> echo("no-such-host.invalid", 1))
        .isInstanceOf(BindException.class)
        .hasMessage(
            "listener echo: cannot listen on no-such-host.invalid:1: the host is not known");
    assertThatThrownBy(() -> echo("192.0.2.1", 0))
        .isInstanceOf(BindException.class)
        .hasMessage(
            "listener echo: cannot listen on 192.0.2.1:0: this machine does not have the address");
  }

  @Test
  void turnsAwayWhatIsTooMany() throws IOException {
    try (Listener listener = echo("127.0.0.1", 0);
        Socket one = connect(listener, "127.0.0.1");
        Socket two = connect(listener, "127.0.0.1");
        Socket three = connect(listener, "127.0.0.1")) {
      read(one, 6);
      read(two, 6);
      read(three, 6);
      try (Socket four = connect(listener, "127.0.0.1")) {
        assertThat(read(four, 1)).isEmpty();
      }
      assertThat(connections.size()).isEqualTo(3);
      one.shutdownOutput();
      await().until(() -> connections.size() == 2);
      try (Socket four = connect(listener, "127.0.0.1")) {
        assertThat(read(four, 6)).isEqualTo("<echo>");
      }
    }
  }

  @Test
  void aClosedListenerLeavesItsConnectionsOpen() throws IOException {
    Listener listener = echo("127.0.0.1", 0);
    InetSocketAddress address = listener.address();
    try (Socket socket = connect(listener, "127.0.0.1")) {
      read(socket, 6);
      listener.close();
      // On NIO the port is given up a moment later, by the selector.
      await().until(() -> refuses(address));
      write(socket, "still");
      assertThat(read(socket, 5)).isEqualTo("still");
      assertThat(connections.awaitClosed(Duration.ofMillis(1))).isFalse();
      connections.closeAll();
      assertThat(connections.awaitClosed(Duration.ofSeconds(10))).isTrue();
      assertThat(read(socket, 1)).isEmpty();
    }
  }

  private Listener echo(String host, int port) throws BindException {
    ListenerSettings settings = new ListenerSettings("echo", host, port, 128, 64 * 1024);
    ProtocolSettings none = ProtocolSettings.defaults("Test", "1");
    return Listener.bind(
        settings,
        loops,
        connections,
        new Endpoint(new EchoProtocol("echo"), new NoBroker(), none)::open);
  }

  private static boolean refuses(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return !socket.isConnected();
    } catch (ConnectException refused) {
      return true;
    }
  }

  static Socket connect(Listener listener, String host) throws IOException {
    Socket socket = new Socket(InetAddress.getByName(host), listener.address().getPort());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads that many characters, fewer when the connection ends before. */
  static String read(Socket socket, int length) throws IOException {
    return new String(socket.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
  }
}
