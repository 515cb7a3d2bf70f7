package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waypost.amqp.codec.RecordingListener.Body;
import io.waypost.amqp.codec.RecordingListener.Header;
import io.waypost.amqp.codec.RecordingListener.OnChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEncoderTest {
  private final List<ByteBuf> buffers = new ArrayList<>();
  private final FrameEncoder encoder =
      new FrameEncoder(PooledByteBufAllocator.DEFAULT, buffers::add);

  @AfterEach
  void releaseBuffers() {
    encoder.release();
    buffers.forEach(ByteBuf::release);
  }

  @Test
  @DisplayName("a delivery is a method, a header and a body")
  void deliver() {
    ContentHeader header = ContentHeader.of(SampleStream.PROPERTIES);
    encoder.deliver(3, FrameEncoder.shortString("tag"), 1, false, "x", "k", header, new byte[] {5});
    encoder.deliver(3, FrameEncoder.shortString("tag"), 2, true, "x", "k", header, new byte[0]);
    encoder.deliver(
        4,
        FrameEncoder.shortString("schlüssel"),
        -1,
        true,
        "",
        "größe",
        ContentHeader.EMPTY,
        new byte[] {6, 7});

    assertThat(events())
        .containsExactly(
            new OnChannel(3, new BasicMethod.Deliver("tag", 1, false, "x", "k")),
            new Header(3, 1, header.size()),
            new Body(3, List.of((byte) 5)),
            new OnChannel(3, new BasicMethod.Deliver("tag", 2, true, "x", "k")),
            new Header(3, 0, header.size()),
            new OnChannel(4, new BasicMethod.Deliver("schlüssel", -1, true, "", "größe")),
            new Header(4, 2, ContentHeader.EMPTY.size()),
            new Body(4, List.of((byte) 6, (byte) 7)));
  }

  @Test
  @DisplayName("the fast form of basic.ack is the same as the general one")
  void ack() {
    encoder.ack(9, 77, true);
    encoder.method(9, new BasicMethod.Ack(77, true));

    OnChannel expected = new OnChannel(9, new BasicMethod.Ack(77, true));
    assertThat(events()).containsExactly(expected, expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4087, 4088, 4089, 8176, 100_000, 1_000_000})
  @DisplayName("[4.2.6] a body is split into frames of at most frame_max")
  void split(int size) {
    byte[] body = new byte[size];
    new Random(size).nextBytes(body);
    encoder.maxFrame(4096);
    encoder.content(1, ContentHeader.EMPTY, body);

    List<Object> events = events();

    assertThat(events.get(0)).isEqualTo(new Header(1, size, 2));
    List<Byte> together = new ArrayList<>();
    for (Object event : events.subList(1, events.size())) {
      Body part = (Body) event;
      assertThat(part.bytes()).hasSizeLessThanOrEqualTo(4088);
      together.addAll(part.bytes());
    }
    assertThat(events).hasSize(1 + (size + 4087) / 4088);
    for (int i = 0; i < size; i++) {
      assertThat((byte) together.get(i)).isEqualTo(body[i]);
    }
  }

  @Test
  @DisplayName("buffers are handed on when they are full, and stay small whatever is written")
  void smallBuffers() {
    encoder.maxFrame(131072);
    for (int i = 0; i < 100; i++) {
      encoder.deliver(
          1,
          FrameEncoder.shortString("tag"),
          i,
          false,
          "x",
          "k",
          ContentHeader.EMPTY,
          new byte[100_000]);
    }
    encoder.flush();

    assertThat(buffers)
        .allSatisfy(buffer -> assertThat(buffer.capacity()).isLessThanOrEqualTo(32 * 1024));
    assertThat(buffers.stream().mapToInt(ByteBuf::readableBytes).sum()).isGreaterThan(10_000_000);
  }

  @Test
  @DisplayName("flushing nothing hands on nothing")
  void flushNothing() {
    encoder.flush();
    assertThat(buffers).isEmpty();
  }

  @Test
  @DisplayName("[4.2.5.3] text beyond 255 bytes is cut between characters")
  void longText() {
    encoder.method(0, new ConnectionMethod.Close(530, "ä".repeat(200), 0, 0));
    encoder.method(0, new ConnectionMethod.Close(530, "a" + "🚀".repeat(100), 0, 0));

    assertThat(events())
        .containsExactly(
            new OnChannel(0, new ConnectionMethod.Close(530, "ä".repeat(127), 0, 0)),
            new OnChannel(0, new ConnectionMethod.Close(530, "a" + "🚀".repeat(63), 0, 0)));
  }

  @Test
  @DisplayName("a text that repeats is written alike each time")
  void repeatedText() {
    ByteBuf out = Unpooled.buffer();
    EncodedString encoded = new EncodedString(new WireWriter());
    String key = "größe";
    for (String text : List.of(key, key, key, "x", key)) {
      encoded.write(text, out);
    }

    WireReader in = new WireReader().over(out, 0, out.readableBytes());
    assertThat(List.of(in.shortString(), in.shortString(), in.shortString())).containsOnly(key);
    assertThat(in.shortString()).isEqualTo("x");
    assertThat(in.shortString()).isEqualTo(key);
  }

  /** What a decoder makes of what was written. */
  private List<Object> events() {
    encoder.flush();
    RecordingListener listener = new RecordingListener();
    FrameDecoder decoder = new FrameDecoder(listener);
    decoder.maxFrame(131072);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.writeInbound(Unpooled.buffer().writeLong(Frames.PROTOCOL_HEADER));
    buffers.forEach(buffer -> channel.writeInbound(buffer.retainedDuplicate()));
    channel.finishAndReleaseAll();
    return listener.events.subList(1, listener.events.size());
  }
}
