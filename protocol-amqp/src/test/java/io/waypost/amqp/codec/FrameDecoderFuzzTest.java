package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives, in whatever portions: the decoder tells the same, throws nothing, holds no more than one frame and
 * keeps nothing when the connection ends; and what it could decode can be encoded again.
 *
 * <p>An input's first byte says how to read the rest: as the bytes of a connection, or as payloads around which sound
 * frames are put, so that mutations reach the methods and headers inside. The second byte is the size of the portions.
 * The fuzzer runs one test a JVM, so both are one test.
 */
class FrameDecoderFuzzTest {
  private static final int MAX_FRAME = 4096;
  private static final byte STREAM = 0;
  private static final byte FRAMES = 1;

  static Stream<byte[]> seeds() {
    byte[] stream = SampleStream.everything();
    byte[] seed = new byte[stream.length + 2];
    seed[0] = STREAM;
    seed[1] = 100;
    System.arraycopy(stream, 0, seed, 2, stream.length);
    return Stream.concat(
        Stream.of(seed), SampleMethods.ALL.stream().map(FrameDecoderFuzzTest::seed));
  }

  @MethodSource("seeds")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  @FuzzTest
  void connection(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] stream =
        data[0] % 2 == STREAM ? Arrays.copyOfRange(data, 2, data.length) : framed(data, 2);
    String whole = read(stream, stream.length + 1);
    String inPortions = read(stream, 1 + (data[1] & 0xFF));
    assertThat(inPortions).isEqualTo(whole);
  }

  private static String read(byte[] stream, int portion) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    Transcript transcript = new Transcript();
    FrameDecoder decoder = new FrameDecoder(transcript);
    decoder.maxFrame(MAX_FRAME);
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    channel.config().setAllocator(allocator);
    for (int at = 0; at < stream.length; at += portion) {
      int length = Math.min(portion, stream.length - at);
      channel.writeInbound(allocator.heapBuffer(length).writeBytes(stream, at, length));
      assertThat(allocator.metric().usedHeapMemory())
          .isLessThanOrEqualTo(MAX_FRAME + Frames.OVERHEAD);
    }
    channel.finishAndReleaseAll();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    return transcript.text.toString();
  }

  private static byte[] framed(byte[] data, int from) {
    ByteBuf out = Unpooled.buffer().writeLong(Frames.PROTOCOL_HEADER);
    int at = from;
    while (at + 2 <= data.length) {
      int length = Math.min(data[at + 1] & 0xFF, data.length - at - 2);
      out.writeByte(data[at]).writeShort(length % 3).writeInt(length);
      out.writeBytes(data, at + 2, length).writeByte(Frames.END);
      at += 2 + length;
    }
    return Text.bytes(out, 0, out.readableBytes());
  }

  private static byte[] seed(Method method) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] frame = SampleStream.bytes(encoder -> encoder.method(1, method));
    int length = frame.length - Frames.OVERHEAD;
    out.writeBytes(new byte[] {FRAMES, 10, Frames.METHOD, (byte) length});
    out.write(frame, Frames.BEFORE_PAYLOAD, length);
    return out.toByteArray();
  }

  /** What was told, in a form in which equal means the same; bodies by whole frames. */
  private static final class Transcript implements FrameListener {
    final StringBuilder text = new StringBuilder();
    private final StringBuilder body = new StringBuilder();

    @Override
    public boolean protocolHeader(long header) {
      text.append("header ").append(header);
      return true;
    }

    @Override
    public void method(int channel, Method method) {
      ByteBuf arguments = Unpooled.buffer();
      method.write(new WireWriter().over(arguments));
      text.append(channel).append(method.name()).append(ByteBufUtil.hexDump(arguments));
    }

    @Override
    public void publish(
        int channel, String exchange, String routingKey, boolean mandatory, boolean immediate) {
      method(channel, new BasicMethod.Publish(exchange, routingKey, mandatory, immediate));
    }

    @Override
    public void ack(int channel, long deliveryTag, boolean multiple) {
      method(channel, new BasicMethod.Ack(deliveryTag, multiple));
    }

    @Override
    public void header(int channel, long bodySize, ContentHeader header) {
      ContentHeader again = ContentHeader.of(header.decode());
      text.append("content ")
          .append(channel)
          .append(bodySize)
          .append(again.decode().contentType());
    }

    @Override
    public void body(int channel, ByteBuf source, int index, int length, boolean frameComplete) {
      for (int i = 0; i < length; i++) {
        body.append(source.getByte(index + i)).append(' ');
      }
      if (frameComplete) {
        text.append(body);
        body.setLength(0);
      }
    }

    @Override
    public void heartbeat() {
      text.append("heartbeat");
    }

    @Override
    public void malformed(ProtocolError error, boolean inFrame) {
      text.append(error).append(inFrame);
    }
  }
}
