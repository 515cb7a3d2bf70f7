package io.waypost.systemtests.protocols;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;

/** A client of STOMP 1.2, logged in as guest: frames as they stand on the wire. */
final class StompWire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 60_000;

  /** A frame: its headers, the first of each name, as they were written, and its body. */
  record Received(String command, Map<String, String> headers, String body) {}

  private final Socket socket;
  private final InputStream in;

  StompWire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    send("CONNECT", "", "accept-version:1.2", "host:/", "login:guest", "passcode:guest");
    expect("CONNECTED");
  }

  void send(String command, String body, String... headers) throws IOException {
    String head = command + "\n" + String.join("\n", headers) + "\n\n";
    socket.getOutputStream().write((head + body + "\0").getBytes(UTF_8));
  }

  /** Subscribes; what is there to come has not begun to come before this returns. */
  void subscribe(String id, String destination, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : "\n" + String.join("\n", headers);
    send("SUBSCRIBE", "", "id:" + id, "destination:" + destination + more, "receipt:s");
    expect("RECEIPT");
  }

  Received expect(String command) throws IOException {
    String line = line();
    while (line.isEmpty()) {
      line = line();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers.putIfAbsent(header.substring(0, colon), header.substring(colon + 1));
    }
    String length = headers.get("content-length");
    String body =
        length == null ? until(0) : new String(in.readNBytes(Integer.parseInt(length)), UTF_8);
    if (length != null) {
      assertThat(in.read()).isZero();
    }
    Received frame = new Received(line, headers, body);
    assertThat(line).as("%s", frame).isEqualTo(command);
    return frame;
  }

  private String line() throws IOException {
    return until('\n');
  }

  private String until(int last) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != last; octet = in.read()) {
      assertThat(octet).as("after '%s'", bytes).isNotEqualTo(-1);
      bytes.write(octet);
    }
    return bytes.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
