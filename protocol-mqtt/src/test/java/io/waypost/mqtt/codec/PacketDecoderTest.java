package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static io.waypost.mqtt.codec.Wire.hex;
import static io.waypost.mqtt.codec.Wire.packet;
import static io.waypost.mqtt.codec.Wire.properties;
import static io.waypost.mqtt.codec.Wire.raw;
import static io.waypost.mqtt.codec.Wire.two;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PacketDecoderTest {
  @ParameterizedTest
  @MethodSource("io.waypost.mqtt.codec.Sample#all")
  @DisplayName("a packet may be split at any byte")
  void splitAnywhere(Sample sample) {
    byte[] packet = sample.packet();
    List<String> whole = Received.of(sample.before(), packet).described;
    assertThat(whole).hasSize(2);

    for (int at = 1; at < packet.length; at++) {
      Received split = new Received(sample.before());
      split.write(Arrays.copyOf(packet, at));
      assertThat(split.packets).isEmpty();
      split.write(bytes(Arrays.copyOfRange(packet, at, packet.length), Received.PING));
      split.end();
      assertThat(split.described).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("packets may be joined, and come in portions of any size")
  void portions(MqttVersion version) {
    byte[] stream = bytes(Sample.of(version).get(0).packet());
    int count = 1;
    for (Sample sample : Sample.of(version)) {
      if (!sample.isConnect()) {
        stream = bytes(stream, sample.packet());
        count++;
      }
    }
    Received whole = Received.inPortions(null, stream, stream.length);
    assertThat(whole.packets)
        .hasSize(count)
        .allSatisfy(each -> assertThat(each).isInstanceOf(MqttMessage.class));
    assertThat(whole.decoder.version()).isEqualTo(version);

    for (int size : IntStream.rangeClosed(1, 40).toArray()) {
      assertThat(Received.inPortions(null, stream, size).described).isEqualTo(whole.described);
    }
  }

  @ParameterizedTest
  @MethodSource("io.waypost.mqtt.codec.Sample#all")
  @DisplayName(
      "one wrong bit anywhere is a malformed packet, another packet, or a wait for its end")
  void oneWrongBit(Sample sample) {
    byte[] packet = sample.packet();
    for (int bit = 0; bit < packet.length * 8; bit++) {
      byte[] wrong = packet.clone();
      wrong[bit / 8] ^= (byte) (1 << bit % 8);

      Received received = Received.of(sample.before(), bytes(wrong, new byte[300]));
      assertThat(received.packets)
          .allSatisfy(each -> assertThat(each)
              .isInstanceOfAny(
                  MqttMessage.class, MalformedPacket.class, UnacceptableVersion.class));
      long refusals = received.packets.stream()
          .filter(each -> !(each instanceof MqttMessage))
          .count();
      assertThat(refusals).isLessThanOrEqualTo(1);
      if (refusals == 1) {
        assertThat(received.packets.get(received.packets.size() - 1))
            .isNotInstanceOf(MqttMessage.class);
      }
    }
  }

  @Test
  @DisplayName("after a malformed packet nothing is read, whenever it comes")
  void nothingAfterMalformed() {
    Received received = new Received(MqttVersion.MQTT_3_1_1);
    received.write(bytes(Received.PING, hex("c1 00"), Received.PING));
    received.write(Received.PING);
    received.end();

    assertThat(received.packets).hasSize(2);
    assertThat(received.packets.get(1))
        .isEqualTo(new MalformedPacket(
            Disconnect.MALFORMED_PACKET,
            MqttMessageType.PINGREQ,
            MqttVersion.MQTT_3_1_1,
            "reserved flags"));
  }

  @Test
  @DisplayName("a stopped decoder passes on nothing more, also of what it has")
  void stopped() {
    PacketDecoder decoder = new PacketDecoder(1000);
    decoder.version(MqttVersion.MQTT_5);
    EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        decoder.stop();
        ctx.fireChannelRead(message);
      }
    });

    channel.writeInbound(Unpooled.wrappedBuffer(bytes(Received.PING, Received.PING)));
    channel.writeInbound(Unpooled.wrappedBuffer(Received.PING));

    assertThat(channel.inboundMessages()).containsExactly(MqttMessage.PINGREQ);
    channel.finishAndReleaseAll();
  }

  @Test
  @DisplayName("whoever gets a packet may close the channel, and nothing is left of what was begun")
  void closedFromWithin() {
    PacketDecoder decoder = new PacketDecoder(1000);
    decoder.version(MqttVersion.MQTT_5);
    EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        ctx.close();
      }
    });
    byte[] publish = packet(0x30, "topic", properties(), raw("payload"));
    ByteBuf first = Unpooled.directBuffer().writeBytes(publish, 0, 5);
    ByteBuf second = Unpooled.directBuffer()
        .writeBytes(publish, 5, publish.length - 5)
        .writeBytes(publish, 0, 5);

    channel.writeInbound(first);
    channel.writeInbound(second);

    assertThat(channel.isOpen()).isFalse();
    assertThat(first.refCnt() + second.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  @DisplayName("a large packet takes no more memory than twice what has arrived")
  void memory() {
    int size = 50_000_000;
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    PacketDecoder decoder = new PacketDecoder(size + 100);
    decoder.version(MqttVersion.MQTT_3_1_1);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.config().setAllocator(allocator);
    byte[] head = bytes(0x30, Wire.variable(size + 3), "t");

    channel.writeInbound(Unpooled.wrappedBuffer(head));
    assertThat(allocator.metric().usedHeapMemory()).isLessThanOrEqualTo(4096);
    byte[] portion = new byte[1_000_000];
    for (int arrived = 0; arrived < size; arrived += portion.length) {
      channel.writeInbound(Unpooled.wrappedBuffer(portion));
      assertThat(allocator.metric().usedHeapMemory())
          .isLessThanOrEqualTo(2L * (arrived + portion.length) + 4096);
    }

    MqttPublishMessage publish = channel.readInbound();
    assertThat(publish.payload().readableBytes()).isEqualTo(size);
    publish.release();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  @DisplayName("a payload is a slice of what was read, and a repeated topic the same object")
  void allocatesLittle() {
    EmbeddedChannel channel = new EmbeddedChannel(decoderOf(MqttVersion.MQTT_5));
    byte[] publish = packet(0x30, "topic", properties(), raw("payload"));
    ByteBuf in = Unpooled.directBuffer().writeBytes(bytes(publish, publish));

    channel.writeInbound(in);

    MqttPublishMessage first = channel.readInbound();
    MqttPublishMessage second = channel.readInbound();
    assertThat(in.refCnt()).isEqualTo(2);
    assertThat(first.payload().memoryAddress()).isEqualTo(in.memoryAddress() + 10);
    assertThat(second.variableHeader().topicName())
        .isSameAs(first.variableHeader().topicName());
    assertThat(second.fixedHeader()).isSameAs(first.fixedHeader());
    first.release();
    second.release();
    assertThat(in.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  @DisplayName("topics that share a place in the cache, and long ones, are told apart")
  void manyTopics() {
    Received received = new Received(MqttVersion.MQTT_3_1_1);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1000; i++) {
        String topic = "t".repeat(i % 200) + "/" + i;
        received.write(packet(0x32, topic, two(1), raw("x")));
        MqttPublishMessage publish =
            (MqttPublishMessage) received.packets.get(received.packets.size() - 1);
        assertThat(publish.variableHeader().topicName()).isEqualTo(topic);
      }
    }
    received.end();
  }

  @Test
  @DisplayName("a topic of 65,535 bytes is read, and packets up to the limit are")
  void longest() {
    Received received = new Received(MqttVersion.MQTT_5);
    byte[] head = bytes("t".repeat(65_535), properties());
    byte[] publish = packet(0x30, head, new byte[Received.MAX_PACKET - 4 - head.length]);
    assertThat(publish).hasSize(Received.MAX_PACKET);

    received.write(bytes(publish, Received.PING));
    received.end();

    assertThat(received.reason()).isNull();
  }

  @Test
  @DisplayName("what is no buffer passes through")
  void otherMessages() {
    EmbeddedChannel channel = new EmbeddedChannel(decoderOf(MqttVersion.MQTT_5));

    channel.writeInbound("text");

    assertThat(channel.inboundMessages()).containsExactly("text");
    channel.finishAndReleaseAll();
  }

  private static PacketDecoder decoderOf(MqttVersion version) {
    PacketDecoder decoder = new PacketDecoder(Received.MAX_PACKET);
    decoder.version(version);
    return decoder;
  }
}
