package io.waypost.transport;

import static io.waypost.transport.ListenerTest.connect;
import static io.waypost.transport.ListenerTest.read;
import static io.waypost.transport.ListenerTest.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortSharingTest {
  private final NettyLoops loops = NettyLoops.start(1);
  private final Connections connections = new Connections(100);

  @AfterEach
  void close() {
    assertThat(loops.close(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void theFirstBytesChooseTheProtocolAndReachIt() throws IOException {
    try (Listener listener =
            shared(Duration.ofMinutes(1), new EchoProtocol("alpha"), new EchoProtocol("beta"));
        Socket alpha = connect(listener, "127.0.0.1");
        Socket beta = connect(listener, "127.0.0.1")) {
      write(beta, "beta and more");
      assertThat(read(beta, 19)).isEqualTo("<beta>beta and more");
      write(alpha, "alpha");
      assertThat(read(alpha, 12)).isEqualTo("<alpha>alpha");
      write(alpha, " goes on");
      assertThat(read(alpha, 8)).isEqualTo(" goes on");
    }
  }

  @Test
  void theFirstBytesMayComeOneByOne() throws IOException {
    EchoProtocol longName = new EchoProtocol("alphabet");
    try (Listener listener = shared(Duration.ofMinutes(1), new EchoProtocol("alpine"), longName);
        Socket socket = connect(listener, "127.0.0.1")) {
      for (char letter : "alphabet!".toCharArray()) {
        write(socket, String.valueOf(letter));
      }
      assertThat(read(socket, 19)).isEqualTo("<alphabet>alphabet!");
    }
  }

  @Test
  void whatNoProtocolKnowsIsClosed() throws IOException {
    try (Listener listener = shared(Duration.ofMinutes(1), new EchoProtocol("alpha"));
        Socket socket = connect(listener, "127.0.0.1")) {
      write(socket, "alps");
      assertThat(read(socket, 1)).isEmpty();
    }
  }

  @Test
  void whatStaysSilentIsClosed() throws IOException {
    try (Listener listener = shared(Duration.ofMillis(20), new EchoProtocol("alpha"));
        Socket silent = connect(listener, "127.0.0.1");
        Socket halting = connect(listener, "127.0.0.1")) {
      write(halting, "al");
      assertThat(read(silent, 1)).isEmpty();
      assertThat(read(halting, 1)).isEmpty();
      await().until(() -> connections.size() == 0);
    }
  }

  @Test
  void aKnownConnectionOutlivesTheTimeToShowItself() throws IOException {
    try (Listener listener = shared(Duration.ofMillis(200), new EchoProtocol("alpha"));
        Socket known = connect(listener, "127.0.0.1")) {
      write(known, "alpha");
      assertThat(read(known, 12)).isEqualTo("<alpha>alpha");
      try (Socket silent = connect(listener, "127.0.0.1")) {
        assertThat(read(silent, 1)).isEmpty();
      }
      write(known, "!");
      assertThat(read(known, 1)).isEqualTo("!");
    }
  }

  @Test
  void aProtocolThatNeverDecidesGetsNoMoreThanTheBound() throws IOException {
    List<Integer> seen = new ArrayList<>();
    Protocol undecided = new Protocol() {
      @Override
      public String name() {
        return "undecided";
      }

      @Override
      public int defaultPort() {
        return 0;
      }

      @Override
      public Sniff sniff(ByteBuf firstBytes) {
        seen.add(firstBytes.readableBytes());
        return Sniff.NEED_MORE;
      }

      @Override
      public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
        throw new AssertionError("opened without a yes");
      }
    };
    try (Listener listener = shared(Duration.ofMinutes(1), undecided);
        Socket socket = connect(listener, "127.0.0.1")) {
      write(socket, "x".repeat(PortSharing.MOST_BYTES));
      write(socket, "x");
      assertThat(read(socket, 1)).isEmpty();
      assertThat(seen.get(seen.size() - 1)).isGreaterThan(PortSharing.MOST_BYTES);
    }
  }

  private Listener shared(Duration patience, Protocol... protocols) throws IOException {
    ProtocolSettings none = ProtocolSettings.defaults("Test", "1");
    List<Endpoint> endpoints = new ArrayList<>();
    for (Protocol protocol : protocols) {
      endpoints.add(new Endpoint(protocol, new NoBroker(), none));
    }
    ListenerSettings settings = new ListenerSettings("shared", "127.0.0.1", 0, 128, 64 * 1024);
    return Listener.bind(
        settings, loops, connections, new PortSharing(endpoints, patience, null)::open);
  }
}
