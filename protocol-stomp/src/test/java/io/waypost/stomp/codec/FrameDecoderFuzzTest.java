package io.waypost.stomp.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.stomp.StompCommand;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives, in whatever portions: the decoder tells the same, throws nothing, and keeps nothing when the
 * connection ends; and a message that could be read can be written for every version, and is read again as it was.
 *
 * <p>An input's first byte is the version, the second the size of the portions. The fuzzer runs one test a JVM.
 */
class FrameDecoderFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            "\0\7CONNECT\naccept-version:1.0,1.2\nhost:a:b\n\n\0\n\n",
            "\1\3SEND\ndestination:/queue/a\\cb\ncontent-length:3\n\na\0b\0SEND\nx:\\n\n\nabc\0",
            "\2\1SEND\r\ndestination:/topic/\u00fc\r\npriority:4\r\nreply-to:/queue/q\r\n\r\n\0",
            "\3\5SUBSCRIBE\nid:1\nack:client\n\n\0ACK\nid:T_1@@s@@1\ntransaction:t\n\n\0")
        .map(text -> text.getBytes(UTF_8));
  }

  @MethodSource("seeds")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  @FuzzTest
  void connection(byte[] data) {
    if (data.length < 2) {
      return;
    }
    int version = (data[0] & 0xFF) % (StompVersion.values().length + 1);
    byte[] stream = Arrays.copyOfRange(data, 2, data.length);
    String whole = read(version, stream, stream.length + 1);
    assertThat(read(version, stream, 1 + (data[1] & 0xFF))).isEqualTo(whole);
  }

  private static String read(int version, byte[] stream, int portion) {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    Transcript transcript = new Transcript();
    FrameDecoder decoder = new FrameDecoder(transcript, Wire.LIMITS);
    if (version > 0) {
      decoder.agreed(StompVersion.values()[version - 1], Wire.LIMITS);
    }
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    for (int at = 0; at < stream.length; at += portion) {
      int length = Math.min(portion, stream.length - at);
      channel.writeInbound(allocator.heapBuffer(length).writeBytes(stream, at, length));
      assertThat(allocator.metric().usedHeapMemory()).isZero();
    }
    channel.finishAndReleaseAll();
    return transcript.text.toString();
  }

  /** What was told, in a form in which equal means the same. */
  private static final class Transcript implements FrameListener {
    final StringBuilder text = new StringBuilder();
    private final HeaderCollector collector = new HeaderCollector();

    @Override
    public void frame(Frame frame, byte[] body) {
      text.append(frame.command()).append(frame.size()).append(Arrays.toString(body));
      assertThat(body.length).isLessThanOrEqualTo(Wire.LIMITS.body());
      try {
        for (int i = 0; i < frame.size(); i++) {
          text.append(frame.name(i)).append(frame.value(i));
        }
        if (frame.command() == StompCommand.SEND) {
          HeaderBlock block = collector.collect(frame, null);
          text.append(block.decode());
          rewrite(block, body);
        }
      } catch (MalformedException e) {
        text.append(e.detail());
      }
    }

    @Override
    public void malformed(String message, String detail, byte @Nullable [] receipt) {
      // Where several things are wrong with one head, portions decide which of them is seen first.
      text.append("malformed");
    }
  }

  private static void rewrite(HeaderBlock block, byte[] body) {
    Properties meant = block.decode();
    Message message = Message.encoded(
        "", "q", body, block, Origin.BROKER, block.persistent(), block.priority(), -1);
    for (StompVersion version : StompVersion.values()) {
      ByteBuf wire = Unpooled.buffer();
      FrameWriter writer = new FrameWriter(UnpooledByteBufAllocator.DEFAULT, written -> {
        wire.writeBytes(written);
        written.release();
      });
      writer.version(version);
      writer.message(new byte[] {'s'}, new byte[] {'m'}, 1, true, false, false, message);
      writer.flush();
      byte[] bytes = new byte[wire.readableBytes()];
      wire.readBytes(bytes);
      // A client's eyes: what a server sends is read like a SEND.
      byte[] sent = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
          .replaceFirst("^MESSAGE", "SEND")
          .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
      Reader reader = new Reader();
      FrameDecoder decoder =
          new FrameDecoder(reader, new FrameLimits(1 << 20, 1 << 20, 1000, 1 << 16));
      decoder.agreed(version, new FrameLimits(1 << 20, 1 << 20, 1000, 1 << 16));
      EmbeddedChannel channel = new EmbeddedChannel(decoder);
      channel.writeInbound(Unpooled.wrappedBuffer(sent));
      channel.finishAndReleaseAll();
      assertThat(reader.body).isEqualTo(body);
      if (version == StompVersion.V1_2) {
        assertThat(reader.properties).isEqualTo(meant);
      }
    }
  }

  private static final class Reader implements FrameListener {
    private byte[] body = {};
    private Properties properties = Properties.EMPTY;

    @Override
    public void frame(Frame frame, byte[] read) {
      body = read;
      properties = new HeaderCollector().collect(frame, null).decode();
    }

    @Override
    public void malformed(String message, String detail, byte @Nullable [] receipt) {
      throw new AssertionError(message + ": " + detail);
    }
  }
}
