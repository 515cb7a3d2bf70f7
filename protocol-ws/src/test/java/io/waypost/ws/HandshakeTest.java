package io.waypost.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How an HTTP request becomes a WebSocket, and which protocol it carries. */
class HandshakeTest {
  @RegisterExtension
  static final TestDoor door = new TestDoor(false, Duration.ZERO);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/ws;v1.echo;v1.echo",
        "/ws;foo, raw;raw",
        "/ws;foo,bar , V2.Echo, raw;V2.Echo",
        "/echo;v1.echo,v2.echo;v1.echo",
        "/raw;v1.echo,raw;raw"
      })
  @DisplayName("of the offered subprotocols the first that is known is answered, as it was written")
  void subprotocol(String path, String offered, String answered) throws Exception {
    List<String> answer = door.socket().upgrade(path, "Sec-WebSocket-Protocol: " + offered);
    assertThat(answer)
        .filteredOn(line -> line.startsWith("Sec-WebSocket-Protocol"))
        .containsExactly("Sec-WebSocket-Protocol: " + answered);
  }

  @Test
  @DisplayName("a list may come in several headers")
  void severalHeaders() throws Exception {
    assertThat(door.socket()
            .upgrade("/ws", "Sec-WebSocket-Protocol: foo", "Sec-WebSocket-Protocol: raw"))
        .contains("Sec-WebSocket-Protocol: raw");
  }

  @Test
  @DisplayName("without a subprotocol the path chooses")
  void noSubprotocol() throws Exception {
    assertThat(door.socket().upgrade("/echo"))
        .noneMatch(line -> line.startsWith("Sec-WebSocket-Protocol"));
    assertThat(status("/ws")).isEqualTo("400");
  }

  @Test
  @DisplayName("subprotocols that are not known are refused")
  void unknown() throws Exception {
    assertThat(status("/ws", "Sec-WebSocket-Protocol: foo, bar")).isEqualTo("400");
    assertThat(status("/raw", "Sec-WebSocket-Protocol: v1.echo")).isEqualTo("400");
  }

  private static String status(String path, String... headers) throws Exception {
    String[] lines = new String[6 + headers.length];
    lines[0] = "GET " + path + " HTTP/1.1";
    lines[1] = "Host: localhost:1234";
    lines[2] = "Upgrade: WebSocket";
    lines[3] = "Connection: Upgrade";
    lines[4] = "Sec-WebSocket-Version: 13";
    lines[5] = "Sec-WebSocket-Key: " + RawWebSocket.KEY;
    System.arraycopy(headers, 0, lines, 6, headers.length);
    return door.socket().request(lines).get(0).substring("HTTP/1.1 ".length()).substring(0, 3);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:1234,101",
    "https://localhost:1234,101",
    "HTTP://LOCALHOST:1234,101",
    "https://friend.example,101",
    "https://friend.example:443,101",
    "http://friend.example,403",
    "http://localhost:4321,403",
    "https://evil.example,403",
    "https://friend.example.evil.example,403",
    "null,403"
  })
  @DisplayName("pages of the same or a configured origin may connect")
  void origin(String origin, String status) throws Exception {
    assertThat(status("/echo", "Origin: " + origin)).isEqualTo(status);
  }

  @Test
  @DisplayName("what is no request for a WebSocket is told so")
  void noWebSocket() throws Exception {
    List<String> plain = door.socket().request("GET /echo HTTP/1.1", "Host: x");
    assertThat(plain.get(0)).startsWith("HTTP/1.1 426 ");
    assertThat(plain).contains("Upgrade: websocket");
    assertThat(door.socket().request("POST /echo HTTP/1.1", "Host: x", "Content-Length: 0"))
        .first()
        .asString()
        .startsWith("HTTP/1.1 405 ");
    List<String> version = door.socket()
        .request(
            "GET /echo HTTP/1.1",
            "Host: x",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 8",
            "Sec-WebSocket-Key: " + RawWebSocket.KEY);
    assertThat(version.get(0)).startsWith("HTTP/1.1 426 ");
    assertThat(version).contains("Sec-WebSocket-Version: 13");
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "!!!", "dGhlIHNhbXBsZSBub25jZSBsb25nZXI="})
  @DisplayName("a key is sixteen bytes")
  void key(String key) throws Exception {
    assertThat(door.socket()
            .request(
                "GET /echo HTTP/1.1",
                "Host: x",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: " + key)
            .get(0))
        .startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "permessage-deflate|true",
        "foo, permessage-deflate; client_max_window_bits|true",
        "permessage-deflate; server_max_window_bits=10|false",
        "permessage-deflate; server_max_window_bits=10, permessage-deflate|true",
        "permessage-deflate; server_max_window_bits=15|true",
        "x-webkit-deflate-frame|false"
      })
  @DisplayName("compression is agreed on where the client takes full windows")
  void compression(String offered, boolean taken) {
    assertThat(WebSocketDoor.offersCompression(List.of(offered))).isEqualTo(taken);
  }
}
