package io.waypost.systemtests.matrix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Frames of STOMP on a socket or a WebSocket: a stream of bytes either way. */
final class StompWire implements AutoCloseable {
  /** A frame. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(String command, List<Map.Entry<String, String>> headers, byte[] body) {
    /** The first header of that name. */
    @Nullable
    String header(String name) {
      List<String> all = all(name);
      return all.isEmpty() ? null : all.get(0);
    }

    List<String> all(String name) {
      return headers.stream()
          .filter(header -> header.getKey().equals(name))
          .map(Map.Entry::getValue)
          .toList();
    }
  }

  private interface Bytes {
    void send(byte[] bytes) throws Exception;

    void close() throws IOException;
  }

  /** What came, -1 for the end; read byte by byte by whoever waits for a frame. */
  private final BlockingQueue<Integer> in = new LinkedBlockingQueue<>();

  private @Nullable Bytes out;

  static StompWire socket(int port) throws IOException {
    StompWire wire = new StompWire();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    Thread reader = new Thread(() -> wire.readAll(socket), "stomp-reader");
    reader.setDaemon(true);
    reader.start();
    wire.out = new Bytes() {
      @Override
      public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
    return wire;
  }

  private void readAll(Socket socket) {
    try {
      InputStream stream = socket.getInputStream();
      for (int next = stream.read(); next >= 0; next = stream.read()) {
        in.add(next);
      }
    } catch (IOException e) {
      // The end, either way.
    }
    in.add(-1);
  }

  static StompWire webSocket(String url) throws Exception {
    StompWire wire = new StompWire();
    WebSocket socket = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .subprotocols("v12.stomp")
        .buildAsync(URI.create(url), new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onBinary(
              WebSocket from, ByteBuffer data, boolean last) {
            while (data.hasRemaining()) {
              wire.in.add(data.get() & 0xFF);
            }
            from.request(1);
            return null;
          }

          @Override
          public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            wire.in.add(-1);
            return null;
          }
        })
        .get(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    wire.out = new Bytes() {
      @Override
      public void send(byte[] bytes) throws Exception {
        socket
            .sendBinary(ByteBuffer.wrap(bytes), true)
            .get(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
      }

      @Override
      public void close() {
        socket.abort();
      }
    };
    return wire;
  }

  void send(String command, Map<String, String> headers, byte[] body) throws Exception {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.writeBytes((command + "\n").getBytes(UTF_8));
    headers.forEach((name, value) -> frame.writeBytes((name + ":" + value + "\n").getBytes(UTF_8)));
    if (body.length > 0) {
      frame.writeBytes(("content-length:" + body.length + "\n").getBytes(UTF_8));
    }
    frame.write('\n');
    frame.writeBytes(body);
    frame.write(0);
    wire().send(frame.toByteArray());
  }

  private Bytes wire() {
    if (out == null) {
      throw new IllegalStateException("not connected");
    }
    return out;
  }

  Frame receive() throws Exception {
    String command = line();
    while (command.isEmpty()) {
      command = line();
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.add(Map.entry(plain(line.substring(0, colon)), plain(line.substring(colon + 1))));
    }
    Frame head = new Frame(command, headers, new byte[0]);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String told = head.header("content-length");
    int length = told == null ? 0 : Integer.parseInt(told);
    for (int i = 0; i < length; i++) {
      body.write(octet());
    }
    for (int next = octet(); next != 0; next = octet()) {
      body.write(next);
    }
    return new Frame(command, headers, body.toByteArray());
  }

  /** Takes back the escapes of version 1.2. */
  private static String plain(String escaped) {
    return escaped.replace("\\c", ":").replace("\\n", "\n").replace("\\\\", "\\");
  }

  private String line() throws Exception {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = octet(); next != '\n'; next = octet()) {
      line.write(next);
    }
    return line.toString(UTF_8);
  }

  private int octet() throws Exception {
    Integer next = in.poll(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null || next < 0) {
      throw new IOException(next == null ? "nothing came" : "the connection has ended");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    wire().close();
  }
}
