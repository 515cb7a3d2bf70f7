package io.waypost.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Speaks MQTT packet by packet over a socket, for what a well-behaved client library cannot be made to send. */
final class RawClient implements AutoCloseable {
  static final int CONNACK = 0x20;
  static final int PUBACK = 0x40;
  static final int PUBREC = 0x50;
  static final int PUBREL = 0x62;
  static final int PUBCOMP = 0x70;
  static final int SUBACK = 0x90;
  static final int UNSUBACK = 0xB0;
  static final int PINGRESP = 0xD0;
  static final int DISCONNECT = 0xE0;

  private static final int TIMEOUT_MILLIS = 30_000;

  int version = Packets.V311;
  private final Socket socket;
  private final DataInputStream in;

  /**
   * A packet.
   *
   * @param first its first byte
   * @param content what follows the remaining length
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Packet(int first, byte[] content) {
    int id() {
      return ByteBuffer.wrap(content).getShort() & 0xFFFF;
    }

    int octet(int at) {
      return content[at] & 0xFF;
    }

    /** The reason string among the properties that begin there; empty if there is none. */
    String reason(int at) {
      if (content.length <= at + 3 || octet(at + 1) != 0x1F) {
        return "";
      }
      int length = ByteBuffer.wrap(content, at + 2, 2).getShort();
      return new String(content, at + 4, length, StandardCharsets.UTF_8);
    }
  }

  /**
   * A PUBLISH.
   *
   * @param properties those of MQTT 5, as they are on the wire
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Publish(
      int qos,
      boolean dup,
      boolean retain,
      String topic,
      int id,
      byte[] properties,
      String payload) {
    /** The value of a property with four bytes, or -1. */
    long four(int property) {
      int at = at(property);
      return at < 0 ? -1 : ByteBuffer.wrap(properties, at, 4).getInt() & 0xFFFF_FFFFL;
    }

    /** The values of subscription identifiers below 128. */
    List<Integer> subscriptionIds() {
      List<Integer> ids = new ArrayList<>();
      walk((property, at) -> {
        if (property == 0x0B) {
          ids.add(properties[at] & 0xFF);
        }
      });
      return ids;
    }

    /** The topic alias, or 0. */
    int alias() {
      int at = at(0x23);
      return at < 0 ? 0 : ByteBuffer.wrap(properties, at, 2).getShort() & 0xFFFF;
    }

    /** The texts of user properties, each key=value, in order. */
    List<String> user() {
      List<String> pairs = new ArrayList<>();
      walk((property, at) -> {
        if (property == 0x26) {
          int length = ByteBuffer.wrap(properties, at, 2).getShort();
          int next = at + 2 + length;
          pairs.add(text(at) + "=" + text(next));
        }
      });
      return pairs;
    }

    /** The text of a property, empty when it is absent. */
    String textOf(int property) {
      int at = at(property);
      return at < 0 ? "" : text(at);
    }

    private String text(int at) {
      int length = ByteBuffer.wrap(properties, at, 2).getShort() & 0xFFFF;
      return new String(properties, at + 2, length, StandardCharsets.UTF_8);
    }

    private int at(int wanted) {
      int[] found = {-1};
      walk((property, at) -> {
        if (property == wanted) {
          found[0] = at;
        }
      });
      return found[0];
    }

    private interface Visitor {
      void visit(int property, int at);
    }

    private void walk(Visitor visitor) {
      int at = 0;
      while (at < properties.length) {
        int property = properties[at++];
        visitor.visit(property, at);
        switch (property) {
          case 0x01 -> at += 1;
          case 0x02 -> at += 4;
          case 0x23 -> at += 2;
          case 0x0B -> {
            while (properties[at++] < 0) {}
          }
          case 0x26 -> {
            at += 2 + ByteBuffer.wrap(properties, at, 2).getShort();
            at += 2 + ByteBuffer.wrap(properties, at, 2).getShort();
          }
          default -> at += 2 + ByteBuffer.wrap(properties, at, 2).getShort();
        }
      }
    }
  }

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  static RawClient open(int port) {
    try {
      return over(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client on a socket that is connected. */
  static RawClient over(Socket socket) {
    try {
      return new RawClient(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends packets in one segment. */
  void send(byte[]... packets) {
    Packets.Bytes all = Packets.bytes();
    for (byte[] packet : packets) {
      all.raw(packet);
    }
    try {
      socket.getOutputStream().write(all.bytes());
    } catch (SocketException broken) {
      // What the broker answered is still to be read.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet. */
  Packet read() {
    try {
      int first = in.readUnsignedByte();
      int length = 0;
      int shift = 0;
      int octet;
      do {
        octet = in.readUnsignedByte();
        length |= (octet & 127) << shift;
        shift += 7;
      } while (octet > 127);
      byte[] content = new byte[length];
      in.readFully(content);
      return new Packet(first, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet, of this type. */
  Packet expect(int first) {
    Packet packet = read();
    assertThat(packet.first()).as("first byte").isEqualTo(first);
    return packet;
  }

  /** The CONNACK of a client that is in. */
  Packet expectConnected() {
    Packet connAck = expect(CONNACK);
    assertThat(connAck.octet(1)).as("return code").isZero();
    return connAck;
  }

  /** A CONNACK that refuses, and the end. */
  void expectRefused(int code) {
    Packet connAck = expect(CONNACK);
    assertThat(connAck.octet(1)).as("return code").isEqualTo(code);
    assertThat(connAck.octet(0)).as("session present").isZero();
    expectEnd();
  }

  /** An answer with this identifier. */
  Packet expect(int first, int id) {
    Packet packet = expect(first);
    assertThat(packet.id()).as("packet identifier").isEqualTo(id);
    return packet;
  }

  /** An answer of MQTT 5 with this identifier and reason. */
  void expect(int first, int id, int reason) {
    Packet packet = expect(first, id);
    assertThat(packet.content().length > 2 ? packet.octet(2) : 0).as("reason").isEqualTo(reason);
  }

  /** Subscribes and is granted this. */
  void subscribe(String filter, int options) {
    send(Packets.subscribe(version, 1, filter, options));
    expectSubscribed(1, options & 3);
  }

  void expectSubscribed(int id, int code) {
    Packet subAck = expect(SUBACK, id);
    assertThat(subAck.octet(subAck.content().length - 1))
        .as("granted %s", new String(subAck.content(), StandardCharsets.ISO_8859_1))
        .isEqualTo(code);
  }

  /** Nothing else comes: the answer to a ping is next. */
  void expectNothing() {
    send(Packets.ping());
    expect(PINGRESP);
  }

  /** The next packet, a PUBLISH. */
  Publish publish() {
    Packet packet = read();
    assertThat(packet.first() & 0xF0).as("PUBLISH").isEqualTo(0x30);
    ByteBuffer content = ByteBuffer.wrap(packet.content());
    byte[] topic = new byte[content.getShort() & 0xFFFF];
    content.get(topic);
    int qos = packet.first() >> 1 & 3;
    int id = qos > 0 ? content.getShort() & 0xFFFF : 0;
    byte[] properties = {};
    if (version == Packets.V5) {
      int length = 0;
      int shift = 0;
      int octet;
      do {
        octet = content.get() & 0xFF;
        length |= (octet & 127) << shift;
        shift += 7;
      } while (octet > 127);
      properties = new byte[length];
      content.get(properties);
    }
    byte[] payload = new byte[content.remaining()];
    content.get(payload);
    return new Publish(
        qos,
        (packet.first() & 8) != 0,
        (packet.first() & 1) != 0,
        new String(topic, StandardCharsets.UTF_8),
        id,
        properties,
        new String(payload, StandardCharsets.UTF_8));
  }

  /** The broker says goodbye for this reason and closes. */
  void expectDisconnect(int reason) {
    Packet packet = expect(DISCONNECT);
    assertThat(packet.octet(0)).as("reason").isEqualTo(reason);
    expectEnd();
  }

  /** The broker closes the socket without another packet. */
  void expectEnd() {
    try {
      assertThat(in.read()).as("end of the stream").isEqualTo(-1);
    } catch (SocketException | EOFException reset) {
      assertThat(reset).isNotNull();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
