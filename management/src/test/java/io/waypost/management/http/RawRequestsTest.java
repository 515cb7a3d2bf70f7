package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.waypost.management.RunningApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What no client library would send. */
class RawRequestsTest {
  private static final int WORKERS = 8;
  private static final String LOGIN = "Authorization: Basic Z3Vlc3Q6Z3Vlc3Q=\r\n";

  private static RunningApi api;

  @BeforeAll
  static void start() throws IOException {
    api = RunningApi.start();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  private static Socket send(String request) throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(api.url()).getPort());
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String statusOf(Socket socket) throws IOException {
    return String.valueOf(new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
        .readLine());
  }

  private static String statusOf(String request) throws IOException {
    try (Socket socket = send(request)) {
      return statusOf(socket);
    }
  }

  @Test
  void theHostMayStandBeforeThePath() throws IOException {
    assertThat(statusOf(
            "GET http://localhost/api/whoami HTTP/1.1\r\nHost: localhost\r\n" + LOGIN + "\r\n"))
        .isEqualTo("HTTP/1.1 200 OK");
  }

  @Test
  void aPathThatCannotBeDecodedIsABadRequest() throws IOException {
    assertThat(statusOf("GET /api/queues/%zz HTTP/1.1\r\nHost: localhost\r\n" + LOGIN + "\r\n"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void bodiesWithoutALengthAreLimitedToo() throws IOException {
    StringBuilder request = new StringBuilder(
            "PUT /api/queues/%2F/chunked HTTP/1.1\r\nHost: localhost\r\n")
        .append(LOGIN)
        .append("Transfer-Encoding: chunked\r\n\r\n");
    for (int chunk = 0; chunk < 20; chunk++) {
      request.append("10000\r\n").append(" ".repeat(0x10000)).append("\r\n");
    }
    request.append("0\r\n\r\n");

    assertThat(statusOf(request.toString())).startsWith("HTTP/1.1 400");
  }

  @Test
  void clientsThatStopHalfwayDoNotKeepTheLivenessProbeFromAnswering() throws IOException {
    List<Socket> stuck = new ArrayList<>();
    try {
      for (int i = 0; i < WORKERS; i++) {
        stuck.add(send("PUT /api/queues/%2F/stuck HTTP/1.1\r\nHost: localhost\r\n"
            + LOGIN
            + "Content-Length: 10\r\n\r\n{"));
      }
      await()
          .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
              .filteredOn(thread -> thread.getName().matches("XNIO-\\d+ task-8"))
              .isNotEmpty());

      assertThat(statusOf("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"))
          .isEqualTo("HTTP/1.1 200 OK");
    } finally {
      for (Socket socket : stuck) {
        socket.close();
      }
    }
    await().untilAsserted(() -> assertThat(api.get("/api/whoami").status()).isEqualTo(200));
    assertThat(api.get("/api/queues/%2F/stuck").status()).isEqualTo(404);
  }

  @Test
  void aPortThatIsTakenIsToldAndNothingIsLeftRunning() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> HttpServer.start("127.0.0.1", taken.getLocalPort(), Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }
}
