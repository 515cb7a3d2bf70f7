package io.waypost.ws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A client that sends what it is told, byte by byte. */
final class RawWebSocket implements Closeable {
  /**
   * A frame that was received.
   *
   * @param first its first byte: flags and opcode
   * @param payload its payload
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record Received(int first, byte[] payload) {
    int opcode() {
      return first & 0x0F;
    }

    int closeCode() {
      assertThat(opcode()).as("opcode of the frame").isEqualTo(Opcode.CLOSE);
      return payload.length < 2 ? CloseCode.NONE : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
    }

    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
  private static final byte[] MASK = {1, (byte) 200, 3, 77};

  private final Socket wire;
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  RawWebSocket(int port) throws IOException {
    this(port, null);
  }

  /** One that is encrypted, unless that is null. */
  RawWebSocket(int port, @Nullable SSLContext tls) throws IOException {
    wire = new Socket();
    // Small, so that what is not read is soon held back.
    wire.setReceiveBufferSize(64 * 1024);
    wire.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    wire.setSoTimeout(60_000);
    socket =
        tls == null ? wire : tls.getSocketFactory().createSocket(wire, "localhost", port, true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Sends a request; returns the status line and the headers of the answer. */
  List<String> request(String... lines) throws IOException {
    raw((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    List<String> answer = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      answer.add(line);
    }
    return answer;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      assertThat(octet).as("after '%s'", line).isNotEqualTo(-1);
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  List<String> upgrade(String path, String... headers) throws IOException {
    List<String> lines = new ArrayList<>(List.of(
        "GET " + path + " HTTP/1.1",
        "Host: localhost:1234",
        "Upgrade: websocket",
        "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + KEY));
    lines.addAll(List.of(headers));
    List<String> answer = request(lines.toArray(String[]::new));
    assertThat(answer.get(0)).startsWith("HTTP/1.1 101 ");
    assertThat(answer).contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    return answer;
  }

  /** A masked frame. */
  static byte[] frame(int first, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % 4]);
    }
    return frame.toByteArray();
  }

  void send(int first, byte[] payload) throws IOException {
    raw(frame(first, payload));
  }

  void send(int first, String payload) throws IOException {
    send(first, payload.getBytes(StandardCharsets.UTF_8));
  }

  Received receive() throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    assertThat(second & 0x80).as("a server masks nothing").isZero();
    long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
    return new Received(first, in.readNBytes((int) length));
  }

  /** So many bytes of payload, from as many binary messages as it takes. */
  long receiveBytes(long count) throws IOException {
    long received = 0;
    while (received < count) {
      Received frame = receive();
      if (frame.opcode() == Opcode.BINARY) {
        received += frame.payload().length;
      }
    }
    return received;
  }

  void expectEnd() throws IOException {
    assertThat(in.read()).isEqualTo(-1);
  }

  /** The end, in order or not, behind whatever comes before it. */
  void expectSomeEnd() {
    try {
      byte[] rest = new byte[64 * 1024];
      int count = in.read(rest);
      while (count >= 0) {
        count = in.read(rest);
      }
    } catch (java.net.SocketTimeoutException stuck) {
      throw new AssertionError(stuck);
    } catch (IOException end) {
      assertThat(socket.isConnected()).isTrue();
    }
  }

  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Cuts the connection as a browser does whose tab is killed. */
  void reset() throws IOException {
    wire.setSoLinger(true, 0);
    wire.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
