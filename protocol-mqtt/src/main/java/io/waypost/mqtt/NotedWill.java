package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.Identity;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A will as bytes, for the note of its session. Of the connection nothing is kept but whose it was. */
final class NotedWill {
  private static final int INTEGER = 1;
  private static final int TEXT = 2;
  private static final int BINARY = 3;
  private static final int PAIR = 4;
  private static final int RETAINED = 4;
  private static final int KEPT = 8;

  private NotedWill() {}

  static void write(DataOutputStream out, Will will) throws IOException {
    Message message = will.message();
    Publication said = MqttTranslator.publication(message, false);
    MqttSession.text(out, message.exchange());
    MqttSession.text(out, message.routingKey());
    MqttSession.text(out, said.topic());
    out.writeByte(said.qos() | (said.retain() ? RETAINED : 0) | (will.retain() ? KEPT : 0));
    binary(out, message.body());
    properties(out, said.properties());
    out.writeLong(will.delaySeconds());
    MqttSession.text(out, will.identity().user());
    out.writeInt(will.identity().tags().size());
    for (String tag : will.identity().tags()) {
      MqttSession.text(out, tag);
    }
  }

  static Will read(DataInputStream in, SessionKey key) throws IOException {
    String exchange = MqttSession.text(in);
    String routingKey = MqttSession.text(in);
    String topic = MqttSession.text(in);
    int flags = in.readByte();
    byte[] body = binary(in);
    Publication said =
        new Publication(topic, flags & 3, (flags & RETAINED) != 0, false, false, properties(in));
    long delay = in.readLong();
    String user = MqttSession.text(in);
    Set<String> tags = new HashSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      tags.add(MqttSession.text(in));
    }
    InetSocketAddress gone = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Peer peer = new Peer(gone, gone, null);
    return new Will(
        MqttTranslator.message(
            exchange,
            routingKey,
            body,
            said,
            new Origin(0, MqttProtocol.NAME, user, key.clientId())),
        (flags & KEPT) != 0,
        delay,
        new Identity(user, tags),
        peer.clientInfo(MqttVersion.MQTT_5, key.clientId(), ""));
  }

  private static void properties(DataOutputStream out, @Nullable MqttProperties given)
      throws IOException {
    List<MqttProperty<?>> all = new ArrayList<>();
    if (given != null) {
      given.listAll().forEach(all::add);
    }
    out.writeInt(all.size());
    for (MqttProperty<?> property : all) {
      if (property instanceof MqttProperties.IntegerProperty number) {
        out.writeByte(INTEGER);
        out.writeByte(number.propertyId());
        out.writeInt(number.value());
      } else if (property instanceof MqttProperties.StringProperty text) {
        out.writeByte(TEXT);
        out.writeByte(text.propertyId());
        MqttSession.text(out, text.value());
      } else if (property instanceof MqttProperties.BinaryProperty bytes) {
        out.writeByte(BINARY);
        out.writeByte(bytes.propertyId());
        binary(out, bytes.value());
      } else if (property instanceof MqttProperties.UserProperties pairs) {
        out.writeByte(PAIR);
        out.writeInt(pairs.value().size());
        for (MqttProperties.StringPair pair : pairs.value()) {
          MqttSession.text(out, pair.key);
          MqttSession.text(out, pair.value);
        }
      } else {
        throw new IllegalStateException("no kind of property: " + property.getClass());
      }
    }
  }

  private static @Nullable MqttProperties properties(DataInputStream in) throws IOException {
    int left = in.readInt();
    if (left == 0) {
      return null;
    }
    MqttProperties given = new MqttProperties();
    for (; left > 0; left--) {
      switch (in.readByte()) {
        case INTEGER ->
          given.add(new MqttProperties.IntegerProperty(in.readUnsignedByte(), in.readInt()));
        case TEXT ->
          given.add(new MqttProperties.StringProperty(in.readUnsignedByte(), MqttSession.text(in)));
        case BINARY ->
          given.add(new MqttProperties.BinaryProperty(in.readUnsignedByte(), binary(in)));
        case PAIR -> {
          for (int pairs = in.readInt(); pairs > 0; pairs--) {
            given.add(new MqttProperties.UserProperty(MqttSession.text(in), MqttSession.text(in)));
          }
        }
        default -> throw new IOException("no kind of property");
      }
    }
    return given;
  }

  private static void binary(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] binary(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }
}
