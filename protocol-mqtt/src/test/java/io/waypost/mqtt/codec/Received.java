package io.waypost.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a decoder makes of bytes; all that it passed on is in {@link #packets}, described, and released. */
final class Received {
  static final int MAX_PACKET = 100_000;
  static final byte[] PING = {(byte) 0xC0, 0};

  final List<Object> packets = new ArrayList<>();
  final List<String> described = new ArrayList<>();
  private final List<ByteBuf> written = new ArrayList<>();
  final PacketDecoder decoder = new PacketDecoder(MAX_PACKET);
  final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  /** A decoder in this version, or before its CONNECT. */
  Received(@Nullable MqttVersion version) {
    if (version != null) {
      decoder.version(version);
    }
  }

  /** What comes of these bytes in this version, with a PINGREQ behind them. */
  static Received of(@Nullable MqttVersion version, byte[] packet) {
    Received received = new Received(version);
    received.write(Wire.bytes(packet, PING));
    received.end();
    return received;
  }

  /** What comes of these bytes in portions of that size. */
  static Received inPortions(@Nullable MqttVersion version, byte[] stream, int size) {
    Received received = new Received(version);
    for (int at = 0; at < stream.length; at += size) {
      received.write(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)));
    }
    received.end();
    return received;
  }

  void write(byte[] bytes) {
    ByteBuf buffer = Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    written.add(buffer);
    channel.writeInbound(buffer);
    for (Object packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
      packets.add(packet);
      described.add(Description.of(packet));
      ReferenceCountUtil.release(packet);
    }
  }

  /** Closes the connection; nothing may be left. */
  void end() {
    channel.finishAndReleaseAll();
    assertThat(written).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
  }

  MalformedPacket malformed() {
    assertThat(packets).hasSize(1);
    return (MalformedPacket) packets.get(0);
  }

  /** The reason why the only packet is malformed, or null when it was sound and the PINGREQ behind it was read. */
  @Nullable
  Disconnect reason() {
    if (packets.size() == 1) {
      return malformed().reason();
    }
    assertThat(packets)
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).isInstanceOf(MqttMessage.class));
    assertThat(packets.get(1)).isSameAs(MqttMessage.PINGREQ);
    return null;
  }
}
