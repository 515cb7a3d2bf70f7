package io.waypost.amqp.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.waypost.amqp.codec.RecordingListener.OnChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static final String START = "414d515000000901";

  private final RecordingListener listener = new RecordingListener();
  private final FrameDecoder decoder = new FrameDecoder(listener);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);
  private final List<ByteBuf> written = new ArrayList<>();

  @AfterEach
  void everyBufferIsReleased() {
    channel.finishAndReleaseAll();
    assertThat(written).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
  }

  @Test
  @DisplayName("[2.3.5] every frame is told, in order")
  void everything() {
    write(SampleStream.everything());

    assertThat(listener.events.get(0)).isEqualTo("414d515000000901");
    List<Object> methods =
        new ArrayList<>(listener.events.subList(1, 1 + SampleMethods.ALL.size()));
    assertThat(methods)
        .isEqualTo(
            SampleMethods.ALL.stream().map(method -> new OnChannel(1, method)).toList());
    int properties = ContentHeader.of(SampleStream.PROPERTIES).size();
    OnChannel publish = new OnChannel(7, new BasicMethod.Publish("exchange", "key", false, false));
    assertThat(listener.events.subList(1 + methods.size(), listener.events.size()))
        .containsExactly(
            "heartbeat",
            publish,
            new RecordingListener.Header(7, 0, properties),
            publish,
            new RecordingListener.Header(7, 1, properties),
            body(1),
            publish,
            new RecordingListener.Header(7, 300, properties),
            body(120),
            body(120),
            body(60),
            "heartbeat");
  }

  @Test
  @DisplayName("a stream may be split at any byte")
  void splitAnywhere() {
    byte[] stream = SampleStream.everything();
    List<Object> whole = eventsOf(stream, stream.length);

    for (int at = 1; at < stream.length; at++) {
      RecordingListener split = new RecordingListener();
      EmbeddedChannel other = new EmbeddedChannel(new FrameDecoder(split));
      other.writeInbound(buffer(Arrays.copyOf(stream, at)));
      other.writeInbound(buffer(Arrays.copyOfRange(stream, at, stream.length)));
      other.finishAndReleaseAll();
      assertThat(split.events).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 9, 100, 129})
  @DisplayName("a stream may come in portions of any size")
  void portions(int size) {
    byte[] stream = SampleStream.everything();

    assertThat(eventsOf(stream, size)).isEqualTo(eventsOf(stream, stream.length));
  }

  @Test
  @DisplayName("a repeated header, key and exchange are the same objects")
  void repetitionsAreShared() {
    byte[] twice = SampleStream.bytes(encoder -> {
      encoder.protocolHeader();
      SampleStream.content(encoder, 3);
      SampleStream.content(encoder, 3);
    });

    write(twice);

    List<Object> seen = listener.parts;
    assertThat(seen).hasSize(6);
    for (int i = 0; i < 3; i++) {
      assertThat(seen.get(i)).isSameAs(seen.get(i + 3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"414d515001010009", "474554202f204854", "414d515003010000"})
  @DisplayName("[4.2.2] the first eight bytes are told whatever they are, and a refusal ends it")
  void otherProtocolHeaders(String hex) {
    write(ByteBufUtil.decodeHexDump(hex + "08000000000000ce"));

    assertThat(listener.events).containsExactly(hex);
  }

  @ParameterizedTest
  @CsvSource({
    // type, then the beginning of the text
    "0100010000000d, a frame of 13 bytes is larger than frame_max 12",
    "01000100ffffff, a frame of 16777215 bytes is larger",
    "010001ffffffff, a frame of 4294967295 bytes is larger",
    "0400010000000500, unknown frame type 4",
    "04000100000000ce, unknown frame type 4",
    "ff00010000000100, unknown frame type 255",
    "0300010000000100, invalid frame end marker",
    "030001000000010000, invalid frame end marker",
    "010001000000050000000000cd, invalid frame end marker",
    "08000000000000cd, invalid frame end marker",
  })
  @DisplayName("[2.3.5] bytes that are no frame are a frame error, and nothing more is read")
  void noFrame(String hex, String text) {
    decoder.maxFrame(12);
    byte[] frame = ByteBufUtil.decodeHexDump(hex);
    write(ByteBufUtil.decodeHexDump(START));
    write(Arrays.copyOf(frame, Math.max(frame.length, Frames.OVERHEAD)));
    write(ByteBufUtil.decodeHexDump("08000000000000ce"));

    List<Object> events = listener.events.stream()
        .filter(e -> e instanceof ProtocolError || e instanceof Boolean)
        .toList();
    assertThat(events).hasSize(2);
    ProtocolError error = (ProtocolError) events.get(0);
    assertThat(error.code()).isEqualTo(ReplyCode.FRAME_ERROR);
    assertThat(error.detail()).startsWith(text);
    assertThat(events.get(1)).isEqualTo(false);
    assertThat(listener.events).doesNotContain("heartbeat");
  }

  @ParameterizedTest
  @CsvSource({
    "0100010000000400630001ce, COMMAND_INVALID, 99, 1",
    "01000100000004003c00c8ce, COMMAND_INVALID, 60, 200",
    "01000100000003003c00ce, FRAME_ERROR, 0, 0",
    "01000100000004003c0028ce, FRAME_ERROR, 60, 40",
    "01000100000004003c0050ce, FRAME_ERROR, 60, 80",
    "0100010000000a003c0028000002c32800ce, FRAME_ERROR, 60, 40",
    "0200010000000e000a000000000000000000000000ce, UNEXPECTED_FRAME, 0, 0",
    "0200010000000d003c0000000000000000000000ce, FRAME_ERROR, 0, 0",
    "0200010000000e003c000000000000000000000001ce, FRAME_ERROR, 0, 0",
    "08000100000000ce, UNEXPECTED_FRAME, 0, 0",
  })
  @DisplayName("a frame with undecodable content is an error, and the next frame is read")
  void undecodable(String hex, ReplyCode code, int classId, int methodId) {
    write(ByteBufUtil.decodeHexDump(START + hex + "08000000000000ce"));

    assertThat(listener.events).hasSize(4);
    ProtocolError error = (ProtocolError) listener.events.get(1);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.classId()).isEqualTo(classId);
    assertThat(error.methodId()).isEqualTo(methodId);
    assertThat(listener.events.subList(2, 4)).containsExactly(true, "heartbeat");
  }

  @Test
  @DisplayName("eight bytes beyond the limit are tolerated, nine are not")
  void tolerance() {
    decoder.maxFrame(100);
    ByteBuf most = Unpooled.buffer()
        .writeByte(3)
        .writeShort(1)
        .writeInt(100)
        .writeZero(100)
        .writeByte(0xCE);

    write(ByteBufUtil.decodeHexDump(START));
    write(ByteBufUtil.getBytes(most));
    write(ByteBufUtil.decodeHexDump("0300010000006500"));

    assertThat(listener.events).hasSize(4);
    assertThat(listener.events.get(1)).isInstanceOf(RecordingListener.Body.class);
    assertThat(listener.events.get(2)).isInstanceOf(ProtocolError.class);
  }

  @Test
  @DisplayName("a stopped decoder tells nothing more")
  void stopped() {
    write(ByteBufUtil.decodeHexDump(START));
    decoder.stop();
    write(ByteBufUtil.decodeHexDump("08000000000000ce"));

    assertThat(listener.events).containsExactly(START);
    assertThat(decoder.bytesRead()).isEqualTo(16);
  }

  @Test
  @DisplayName("a connection that ends within a frame leaves nothing behind")
  void endWithinFrame() {
    write(ByteBufUtil.decodeHexDump(START + "010001000000"));
    channel.close();

    assertThat(listener.events).containsExactly(START);
  }

  private void write(byte[] bytes) {
    ByteBuf buffer = buffer(bytes);
    written.add(buffer);
    channel.writeInbound(buffer);
  }

  private static List<Object> eventsOf(byte[] stream, int portion) {
    RecordingListener recording = new RecordingListener();
    EmbeddedChannel other = new EmbeddedChannel(new FrameDecoder(recording));
    for (int at = 0; at < stream.length; at += portion) {
      other.writeInbound(
          buffer(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + portion))));
    }
    other.finishAndReleaseAll();
    return recording.events;
  }

  private static ByteBuf buffer(byte[] bytes) {
    return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }

  private static RecordingListener.Body body(int size) {
    return new RecordingListener.Body(7, Collections.nCopies(size, (byte) 0));
  }
}
