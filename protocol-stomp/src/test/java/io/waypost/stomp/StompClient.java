package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;

/** Speaks STOMP frame by frame over a socket; headers are sent and told as they stand on the wire. */
final class StompClient implements Closeable {
  /**
   * A frame that was received.
   *
   * @param command its command
   * @param headers the first of each name
   * @param body its body
   */
  record Received(String command, Map<String, String> headers, String body) {
    String header(String name) {
      assertThat(headers).as(toString()).containsKey(name);
      return String.valueOf(headers.get(name));
    }
  }

  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  StompClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** Sends bytes. */
  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void raw(String text) throws IOException {
    raw(text.getBytes(UTF_8));
  }

  /** Sends a frame without a body. */
  void send(String command, String... headers) throws IOException {
    frame(command, "", headers);
  }

  /** Sends a frame. */
  void frame(String command, String body, String... headers) throws IOException {
    StringBuilder text = new StringBuilder(command).append('\n');
    for (String header : headers) {
      text.append(header).append('\n');
    }
    raw(text.append('\n').append(body).append('\0').toString());
  }

  /** Sends a frame and awaits its receipt. */
  void ask(String command, String... headers) throws IOException {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "receipt:r";
    send(command, all);
    assertThat(expect("RECEIPT").header("receipt-id")).isEqualTo("r");
  }

  /** Subscribes and awaits the receipt. */
  void subscribe(String id, String destination, String... headers) throws IOException {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "id:" + id;
    all[headers.length + 1] = "destination:" + destination;
    ask("SUBSCRIBE", all);
  }

  /** Sends a message and awaits the receipt. */
  void publish(String destination, String body, String... headers) throws IOException {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "destination:" + destination;
    all[headers.length + 1] = "receipt:p";
    frame("SEND", body, all);
    assertThat(expect("RECEIPT").header("receipt-id")).isEqualTo("p");
  }

  /** The next frame, which is this one. */
  Received expect(String command) throws IOException {
    Received frame = receive();
    assertThat(frame.command()).as(frame.toString()).isEqualTo(command);
    return frame;
  }

  /** The next frame is an ERROR with this message; after it the broker says nothing. */
  Received expectError(String message) throws IOException {
    Received error = expect("ERROR");
    assertThat(error.header("message")).as(error.toString()).isEqualTo(message);
    expectEnd();
    return error;
  }

  /** The next frame, heart-beats before it left out. */
  Received receive() throws IOException {
    String command = line();
    while (command.isEmpty()) {
      command = line();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.putIfAbsent(line.substring(0, colon), line.substring(colon + 1));
    }
    String length = headers.get("content-length");
    byte[] body = length == null ? until(0) : in.readNBytes(Integer.parseInt(length));
    if (length != null) {
      assertThat(in.read()).isZero();
    }
    return new Received(command, headers, new String(body, UTF_8));
  }

  /** One byte, or -1 at the end. */
  int read() throws IOException {
    return in.read();
  }

  private String line() throws IOException {
    return new String(until('\n'), UTF_8);
  }

  private byte[] until(int last) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != last; octet = in.read()) {
      assertThat(octet).as("after '%s'", bytes).isNotEqualTo(-1);
      bytes.write(octet);
    }
    return bytes.toByteArray();
  }

  /** The broker ends its side. */
  void expectEnd() throws IOException {
    int octet = in.read();
    while (octet == '\n') {
      octet = in.read();
    }
    assertThat(octet).isEqualTo(-1);
  }

  /** Ends the sending side. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
