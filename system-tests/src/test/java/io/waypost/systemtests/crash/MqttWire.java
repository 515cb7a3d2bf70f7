package io.waypost.systemtests.crash;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An MQTT 3.1.1 connection that does as it is told: what is resent, and when, is up to its user. */
final class MqttWire implements Closeable {
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBREL = 6;
  static final int PUBCOMP = 7;
  static final int SUBACK = 9;

  private static final int CONNECT = 0x10;
  private static final int SUBSCRIBE = 0x82;
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final boolean present;

  /** A packet. */
  static final class Packet {
    private final int first;
    private final byte[] body;

    private Packet(int first, byte[] body) {
      this.first = first;
      this.body = body;
    }

    int type() {
      return first >> 4;
    }

    int two(int at) {
      return ((body[at] & 0xff) << 8) | (body[at + 1] & 0xff);
    }

    int qos() {
      return (first >> 1) & 3;
    }

    /** The identifier of a PUBLISH with QoS 1 or 2. */
    int publishId() {
      return two(2 + two(0));
    }

    String payload() {
      int from = 4 + two(0);
      return new String(body, from, body.length - from, StandardCharsets.UTF_8);
    }
  }

  private MqttWire(Socket socket, String clientId) throws IOException {
    this.socket = socket;
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out = new DataOutputStream(socket.getOutputStream());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    body.writeUTF("MQTT");
    body.writeByte(4);
    body.writeByte(0);
    body.writeShort(0);
    body.writeUTF(clientId);
    write(CONNECT, bytes.toByteArray());
    byte[] answer = read().body;
    if (answer[1] != 0) {
      throw new IOException("refused: " + answer[1]);
    }
    present = answer[0] == 1;
  }

  /** Connects with a session that goes on. */
  static MqttWire connect(int port, String clientId) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
      return new MqttWire(socket, clientId);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Whether the broker knew the session. */
  boolean present() {
    return present;
  }

  void publish(String topic, String payload, int qos, int id, boolean again) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    body.writeUTF(topic);
    body.writeShort(id);
    body.write(payload.getBytes(StandardCharsets.UTF_8));
    write((PUBLISH << 4) | (qos << 1) | (again ? 8 : 0), bytes.toByteArray());
  }

  void subscribe(String filter, int qos) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(bytes);
    body.writeShort(1);
    body.writeUTF(filter);
    body.writeByte(qos);
    write(SUBSCRIBE, bytes.toByteArray());
  }

  /** Sends one of the four answers. */
  void reply(int type, int id) throws IOException {
    write((type << 4) | (type == PUBREL ? 2 : 0), new byte[] {(byte) (id >> 8), (byte) id});
  }

  private void write(int first, byte[] body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    int left = body.length;
    do {
      packet.write(left > 127 ? (left & 127) | 128 : left);
      left >>= 7;
    } while (left > 0);
    packet.write(body);
    out.write(packet.toByteArray());
  }

  Packet read() throws IOException {
    int first = in.readUnsignedByte();
    int length = 0;
    int shift = 0;
    int digit;
    do {
      digit = in.readUnsignedByte();
      length |= (digit & 127) << shift;
      shift += 7;
    } while (digit > 127);
    byte[] body = new byte[length];
    in.readFully(body);
    return new Packet(first, body);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
