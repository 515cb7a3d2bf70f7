package io.waypost.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Makes packets byte by byte, wrong ones too. */
final class Packets {
  static final int V31 = 3;
  static final int V311 = 4;
  static final int V5 = 5;

  private Packets() {}

  /** Bytes of a packet's parts. */
  static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes octet(int value) {
      out.write(value);
      return this;
    }

    Bytes two(int value) {
      return octet(value >> 8).octet(value);
    }

    Bytes four(long value) {
      return two((int) (value >> 16)).two((int) value);
    }

    Bytes text(String text) {
      return binary(text.getBytes(StandardCharsets.UTF_8));
    }

    Bytes binary(byte[] bytes) {
      return two(bytes.length).raw(bytes);
    }

    Bytes raw(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    Bytes variable(int value) {
      int rest = value;
      while (rest > 127) {
        octet((rest & 127) | 128);
        rest >>= 7;
      }
      return octet(rest);
    }

    /** Properties with their length. */
    Bytes properties(Bytes properties) {
      byte[] all = properties.bytes();
      return variable(all.length).raw(all);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  static Bytes bytes() {
    return new Bytes();
  }

  /** A packet of a first byte and what follows the remaining length. */
  static byte[] packet(int first, Bytes content) {
    byte[] all = content.bytes();
    return bytes().octet(first).variable(all.length).raw(all).bytes();
  }

  /** A CONNECT with a clean session. */
  static Connect connect(int version, String clientId) {
    return new Connect(version, clientId);
  }

  /** A CONNECT in the making. */
  static final class Connect {
    final int version;
    private final String clientId;
    private boolean clean = true;
    private int keepAlive;
    private Bytes properties = Packets.bytes();
    private Bytes willProperties = Packets.bytes();
    private String willTopic = "";
    private byte[] will = {};
    private int willFlags;
    private String user = "";
    private String password = "";

    Connect(int version, String clientId) {
      this.version = version;
      this.clientId = clientId;
    }

    Connect resume() {
      clean = false;
      return this;
    }

    Connect keepAlive(int seconds) {
      keepAlive = seconds;
      return this;
    }

    Connect properties(Bytes given) {
      properties = given;
      return this;
    }

    /** A session that outlives its connection for so many seconds. */
    Connect expiry(long seconds) {
      properties.octet(0x11).four(seconds);
      return this;
    }

    Connect will(String topic, String message, int qos, boolean retain) {
      willTopic = topic;
      will = message.getBytes(StandardCharsets.UTF_8);
      willFlags = 4 | qos << 3 | (retain ? 32 : 0);
      return this;
    }

    Connect willProperties(Bytes given) {
      willProperties = given;
      return this;
    }

    Connect login(String name, String secret) {
      user = name;
      password = secret;
      return this;
    }

    byte[] bytes() {
      int flags =
          willFlags | (clean ? 2 : 0) | (user.isEmpty() ? 0 : 128) | (password.isEmpty() ? 0 : 64);
      Bytes content = Packets.bytes()
          .text(version == V31 ? "MQIsdp" : "MQTT")
          .octet(version)
          .octet(flags)
          .two(keepAlive);
      if (version == V5) {
        content.properties(properties);
      }
      content.text(clientId);
      if (willFlags != 0) {
        if (version == V5) {
          content.properties(willProperties);
        }
        content.text(willTopic).binary(will);
      }
      if (!user.isEmpty()) {
        content.text(user);
      }
      if (!password.isEmpty()) {
        content.text(password);
      }
      return packet(0x10, content);
    }
  }

  /** PUBLISH; the identifier is left out with QoS 0. */
  static byte[] publish(int version, String topic, String payload, int qos, int id, int flags) {
    return publish(version, topic, payload, qos, id, flags, bytes());
  }

  static byte[] publish(
      int version, String topic, String payload, int qos, int id, int flags, Bytes properties) {
    Bytes content = bytes().text(topic);
    if (qos > 0) {
      content.two(id);
    }
    if (version == V5) {
      content.properties(properties);
    }
    content.raw(payload.getBytes(StandardCharsets.UTF_8));
    return packet(0x30 | qos << 1 | flags, content);
  }

  /** SUBSCRIBE to one filter. */
  static byte[] subscribe(int version, int id, String filter, int options) {
    return subscribe(version, id, filter, options, bytes());
  }

  static byte[] subscribe(int version, int id, String filter, int options, Bytes properties) {
    Bytes content = bytes().two(id);
    if (version == V5) {
      content.properties(properties);
    }
    return packet(0x82, content.text(filter).octet(options));
  }

  /** UNSUBSCRIBE from one filter. */
  static byte[] unsubscribe(int version, int id, String filter) {
    Bytes content = bytes().two(id);
    if (version == V5) {
      content.properties(bytes());
    }
    return packet(0xA2, content.text(filter));
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP by its first byte. */
  static byte[] reply(int first, int id) {
    return packet(first, bytes().two(id));
  }

  static byte[] replyWithReason(int first, int id, int reason) {
    return packet(first, bytes().two(id).octet(reason));
  }

  static byte[] ping() {
    return new byte[] {(byte) 0xC0, 0};
  }

  static byte[] disconnect() {
    return new byte[] {(byte) 0xE0, 0};
  }

  static byte[] disconnect(int reason) {
    return packet(0xE0, bytes().octet(reason));
  }
}
