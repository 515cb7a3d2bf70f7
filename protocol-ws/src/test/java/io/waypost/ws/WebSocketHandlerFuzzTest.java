package io.waypost.ws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.Timer;
import io.waypost.transport.tls.UserFrom;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a client sends once it is upgraded, in whatever portions: the protocol gets the same bytes, what it says goes
 * out as whole frames with nothing behind a close, and no buffer is kept.
 *
 * <p>An input's first byte has a bit for compression and one for text, the second is the size of the portions. The fuzzer
 * runs one test a JVM.
 */
class WebSocketHandlerFuzzTest {
  private static final int COMPRESSED = 1;
  private static final int TEXT_ALLOWED = 2;
  private static final int MAX_MESSAGE = 4096;
  private static final int HIGH_WATERMARK = 1024;

  static Stream<byte[]> seeds() {
    byte[] hello = "hello, h\u00e9".getBytes(UTF_8);
    return Stream.of(
        input(2, 3, frame(0x81, 0, hello)),
        input(2, 1, frame(0x01, 7, hello), frame(0x89, 9, hello), frame(0x80, 5, hello)),
        input(0, 5, frame(0x82, 0x01020304, new byte[300]), frame(0x88, 3, new byte[] {3, -24})),
        input(0, 9, frame(0x82, 0, new byte[MAX_MESSAGE + 1])),
        input(3, 2, frame(0xC1, 11, deflated(hello)), frame(0xC2, 0, deflated(new byte[3000]))),
        input(3, 200, frame(0xC2, 1, deflated(new byte[2 * MAX_MESSAGE])), frame(0x8A, 1, hello)),
        input(1, 4, frame(0x42, 1, Arrays.copyOf(deflated(hello), 4)), frame(0x88, 0, new byte[0])),
        input(2, 6, frame(0x81, 0, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})));
  }

  private static byte[] input(int flags, int portion, byte[]... frames) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(flags);
    input.write(portion);
    for (byte[] frame : frames) {
      input.writeBytes(frame);
    }
    return input.toByteArray();
  }

  private static byte[] frame(int first, int mask, byte[] payload) {
    ByteBuf frame = Unpooled.buffer().writeByte(first);
    if (payload.length < 126) {
      frame.writeByte(0x80 | payload.length);
    } else {
      frame.writeByte(0x80 | 126).writeShort(payload.length);
    }
    frame.writeInt(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.writeByte(payload[i] ^ (mask >>> (24 - 8 * (i % 4))));
    }
    return bytes(frame);
  }

  private static byte[] deflated(byte[] bytes) {
    ByteBuf target = Unpooled.buffer();
    try (Deflation deflation = new Deflation()) {
      deflation.add(Unpooled.wrappedBuffer(bytes), target);
      deflation.end(target);
    }
    return bytes(target);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  @MethodSource("seeds")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  @FuzzTest
  void connection(byte[] data) {
    if (data.length < 2) {
      return;
    }
    byte[] stream = Arrays.copyOfRange(data, 2, data.length);
    Conversation whole = new Conversation(data[0], stream, stream.length + 1);
    Conversation parts = new Conversation(data[0], stream, 1 + (data[1] & 0xFF));
    byte[] some = whole.received.toByteArray();
    byte[] others = parts.received.toByteArray();
    if (whole.violated()) {
      // What was passed on of the portion with the mistake differs, no more.
      assertThat(parts.violated()).isTrue();
      int common = Math.min(some.length, others.length);
      assertThat(Arrays.copyOf(some, common)).isEqualTo(Arrays.copyOf(others, common));
    } else {
      assertThat(parts.closeCode).isEqualTo(whole.closeCode);
      assertThat(others).isEqualTo(some);
      assertThat(parts.pongs.toByteArray()).isEqualTo(whole.pongs.toByteArray());
    }
  }

  /** A client's bytes, an echo's answers to them, and what has to be true of those in any case. */
  private static final class Conversation {
    private static final int OPEN = -1;

    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final ByteArrayOutputStream pongs = new ByteArrayOutputStream();
    int closeCode = OPEN;

    private final ByteArrayOutputStream echoed = new ByteArrayOutputStream();
    private final boolean compressed;

    Conversation(int flags, byte[] stream, int portion) {
      compressed = (flags & COMPRESSED) != 0;
      UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
      WebSocketSettings settings = new WebSocketSettings(
          List.of(),
          MAX_MESSAGE,
          compressed,
          Duration.ZERO,
          false,
          HIGH_WATERMARK,
          UserFrom.COMMON_NAME);
      EmbeddedChannel channel = new EmbeddedChannel();
      channel.config().setAllocator(allocator);
      channel
          .pipeline()
          .addLast(
              new WebSocketHandler(
                  new TimelessLoop(), settings, (flags & TEXT_ALLOWED) != 0, compressed),
              new Echo());
      for (int at = 0; at < stream.length && channel.isOpen(); at += portion) {
        int length = Math.min(portion, stream.length - at);
        channel.writeInbound(allocator.heapBuffer(length).writeBytes(stream, at, length));
      }
      boolean open = channel.isOpen();
      ByteBuf sent = Unpooled.buffer();
      for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
        sent.writeBytes(next);
        next.release();
      }
      readSent(sent);
      channel.finishAndReleaseAll();
      assertThat(echoed.toByteArray()).isEqualTo(received.toByteArray());
      assertThat(open || closeCode != OPEN).as("no end without a close").isTrue();
      assertThat(allocator.metric().usedHeapMemory()).isZero();
      assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    /** Whether the client was told that it did wrong. */
    boolean violated() {
      return closeCode == CloseCode.PROTOCOL_ERROR
          || closeCode == CloseCode.UNSUPPORTED_DATA
          || closeCode == CloseCode.INVALID_TEXT
          || closeCode == CloseCode.TOO_LARGE;
    }

    private void readSent(ByteBuf sent) {
      while (sent.isReadable()) {
        assertThat(closeCode).as("a close is the last frame").isEqualTo(OPEN);
        int first = sent.readUnsignedByte();
        int size = sent.readUnsignedByte();
        int length =
            size == 126 ? sent.readUnsignedShort() : size == 127 ? (int) sent.readLong() : size;
        byte[] payload = new byte[length];
        sent.readBytes(payload);
        assertThat(first & 0xB0).as("whole, without unknown bits").isEqualTo(0x80);
        switch (first & 0x0F) {
          case Opcode.TEXT, Opcode.BINARY -> {
            assertThat((first & 0x40) != 0).isEqualTo(compressed);
            echoed.writeBytes(compressed ? inflated(payload) : payload);
          }
          case Opcode.PONG -> pongs.writeBytes(payload);
          case Opcode.CLOSE ->
            closeCode =
                length == 0 ? CloseCode.NONE : ((payload[0] & 0xFF) << 8) | (payload[1] & 0xFF);
          default -> throw new AssertionError("a frame that begins with " + first);
        }
      }
    }

    private static byte[] inflated(byte[] payload) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Inflation inflation = new Inflation()) {
        inflation.inflate(Unpooled.wrappedBuffer(payload), part -> out.writeBytes(bytes(part)));
        inflation.end(part -> out.writeBytes(bytes(part)));
      }
      return out.toByteArray();
    }

    private final class Echo extends ChannelInboundHandlerAdapter {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf payload = (ByteBuf) message;
        byte[] bytes = new byte[payload.readableBytes()];
        payload.getBytes(payload.readerIndex(), bytes);
        received.writeBytes(bytes);
        ctx.write(payload, ctx.voidPromise());
      }

      @Override
      public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
      }
    }
  }

  /** A loop on which no time passes. */
  private static final class TimelessLoop implements Loop {
    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void atTurnEnd(Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer schedule(Runnable task, long delayNanos) {
      return () -> {};
    }

    @Override
    public Clock clock() {
      return Clock.SYSTEM;
    }

    @Override
    public int index() {
      return 0;
    }
  }
}
