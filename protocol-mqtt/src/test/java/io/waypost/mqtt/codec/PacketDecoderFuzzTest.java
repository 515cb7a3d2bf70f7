package io.waypost.mqtt.codec;

import static io.waypost.mqtt.codec.Wire.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives, in whatever portions: the decoder tells the same, throws nothing, gathers no more than twice what has
 * arrived, tells nothing after a malformed packet, and keeps nothing when the connection ends.
 *
 * <p>An input's first byte chooses the version, or that a CONNECT must tell it, and how to read the rest: as the bytes
 * of a connection, or as first bytes and contents of packets with lengths that are right, so that mutations reach what
 * is inside. The second byte is the size of the portions. The fuzzer runs one test a JVM, so all are one test.
 */
class PacketDecoderFuzzTest {
  private static final int MAX_PACKET = 10_000;
  private static final int SLACK = 4096;
  private static final int BY_CONNECT = 3;
  private static final int STREAM = 4;

  static Stream<byte[]> seeds() {
    return Sample.all().stream().flatMap(sample -> {
      int version = sample.isConnect() ? BY_CONNECT : sample.version.ordinal();
      byte[] content = sample.content;
      return Stream.of(
          bytes(version, 10, sample.first, Wire.two(content.length), content),
          bytes(version + STREAM, 10, sample.packet(), sample.packet()));
    });
  }

  @MethodSource("seeds")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  @FuzzTest
  void connection(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int choice = data[0] & 3;
    MqttVersion version = choice == BY_CONNECT ? null : MqttVersion.values()[choice];
    byte[] stream =
        (data[0] & STREAM) != 0 ? Arrays.copyOfRange(data, 2, data.length) : packets(data);

    List<String> whole = read(version, stream, stream.length + 1);
    List<String> inPortions = read(version, stream, 1 + (data[1] & 0xFF));

    assertThat(inPortions).isEqualTo(whole);
  }

  private static List<String> read(@Nullable MqttVersion version, byte[] stream, int portion) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    PacketDecoder decoder = new PacketDecoder(MAX_PACKET);
    if (version != null) {
      decoder.version(version);
    }
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.config().setAllocator(allocator);
    List<String> told = new ArrayList<>();
    boolean refused = false;
    for (int at = 0; at < stream.length; at += portion) {
      int length = Math.min(portion, stream.length - at);
      channel.writeInbound(allocator.heapBuffer(length).writeBytes(stream, at, length));
      for (Object packet = channel.readInbound(); packet != null; packet = channel.readInbound()) {
        assertThat(refused).isFalse();
        refused = !(packet instanceof MqttMessage);
        told.add(Description.of(packet));
        ReferenceCountUtil.release(packet);
      }
      assertThat(allocator.metric().usedHeapMemory())
          .isLessThanOrEqualTo(Math.min(MAX_PACKET, 2L * (at + length) + SLACK));
    }
    channel.finishAndReleaseAll();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    return told;
  }

  /** First byte, length in two bytes, content, again and again: as packets. */
  private static byte[] packets(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 2;
    while (at + 3 <= data.length) {
      int declared = (data[at + 1] & 0xFF) << 8 | (data[at + 2] & 0xFF);
      int length = Math.min(declared, data.length - at - 3);
      out.writeBytes(
          Wire.packet(data[at] & 0xFF, (Object) Arrays.copyOfRange(data, at + 3, at + 3 + length)));
      at += 3 + length;
    }
    return out.toByteArray();
  }
}
