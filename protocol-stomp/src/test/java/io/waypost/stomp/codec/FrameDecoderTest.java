package io.waypost.stomp.codec;

import static io.waypost.stomp.codec.StompVersion.V1_0;
import static io.waypost.stomp.codec.StompVersion.V1_1;
import static io.waypost.stomp.codec.StompVersion.V1_2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from bytes; first of all where the library's decoder loses what is sent. */
class FrameDecoderTest {
  @Test
  @DisplayName("a header is split at its first colon")
  void firstColon() {
    assertThat(Wire.read(null, "CONNECT\npasscode:a:b\nhost:localhost:61613\n\n\0"))
        .containsExactly("CONNECT|passcode=a:b|host=localhost:61613|");
    assertThat(Wire.read(V1_0, "SEND\nurl:http://x:1\n\n\0"))
        .containsExactly("SEND|url=http://x:1|");
  }

  @Test
  @DisplayName("characters of four UTF-8 bytes survive")
  void emoji() {
    assertThat(Wire.read(V1_2, "SEND\nmood:\uD83D\uDE00 ü €\n\n\0"))
        .containsExactly("SEND|mood=\uD83D\uDE00 ü €|");
  }

  @Test
  @DisplayName("a header that is not UTF-8 is an error")
  void notUtf8() {
    Wire wire = new Wire();
    wire.decoder.agreed(V1_2, Wire.LIMITS);
    wire.write(new byte[] {'S', 'E', 'N', 'D', '\n', 'a', ':', (byte) 0xFF, '\n', '\n', 0});
    wire.end();
    assertThat(wire.told).containsExactly("SEND|a header is not UTF-8|");
  }

  @Test
  @DisplayName("carriage returns inside a value are data in 1.0 and 1.1")
  void carriageReturnInValue() {
    assertThat(Wire.read(V1_1, "SEND\na:x\ry\nb:z\r\n\n\0")).containsExactly("SEND|a=x\ry|b=z\r|");
  }

  @Test
  @DisplayName("in 1.2 a line may end with CR LF, and a carriage return inside is an error")
  void carriageReturnsIn12() {
    assertThat(Wire.read(V1_2, "SEND\r\na:x\r\n\r\nbody\0")).containsExactly("SEND|a=x|body");
    assertThat(Wire.read(V1_2, "SEND\na:x\ry\n\n\0"))
        .containsExactly("Malformed frame: there is a carriage return inside a header");
  }

  @Test
  @DisplayName("each version has its own escapes")
  void escapes() {
    assertThat(Wire.read(V1_0, "SEND\npath:C:\\temp\\n\n\n\0"))
        .containsExactly("SEND|path=C:\\temp\\n|");
    assertThat(Wire.read(V1_1, "SEND\na\\cb:1\\n2\\\\3\\c4\n\n\0"))
        .containsExactly("SEND|a:b=1\n2\\3:4|");
    assertThat(Wire.read(V1_2, "SEND\na:1\\r2\n\n\0")).containsExactly("SEND|a=1\r2|");
    assertThat(Wire.read(V1_1, "SEND\na:1\\r2\n\n\0"))
        .containsExactly("SEND|a header has an escape that STOMP 1.1 does not know|");
    assertThat(Wire.read(V1_2, "SEND\na:\\t\n\n\0").get(0)).contains("does not know");
    assertThat(Wire.read(V1_2, "SEND\na:\\\n\n\0").get(0)).contains("does not know");
  }

  @Test
  @DisplayName("CONNECT is never escaped")
  void connectIsNotEscaped() {
    assertThat(Wire.read(null, "CONNECT\npasscode:a\\nb\\\n\n\0"))
        .containsExactly("CONNECT|passcode=a\\nb\\|");
  }

  @Test
  @DisplayName("blanks are trimmed in 1.0 and kept later")
  void blanks() {
    assertThat(Wire.read(V1_0, "SEND\n destination : /queue/a \n\n\0"))
        .containsExactly("SEND|destination=/queue/a|");
    assertThat(Wire.read(V1_2, "SEND\na: b \n\n\0")).containsExactly("SEND|a= b |");
  }

  @Test
  @DisplayName("there is a limit to the number of headers, their length, and the frame")
  void limits() {
    assertThat(Wire.read(V1_2, "SEND\n" + "a:b\n".repeat(10) + "\n\0"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("SEND|a=b");
    assertThat(Wire.read(V1_2, "SEND\n" + "a:b\n".repeat(11)))
        .containsExactly("Frame too large: there are more than 10 headers");
    assertThat(Wire.read(V1_2, "SEND\na:" + "x".repeat(198) + "\n\n\0").get(0)).startsWith("SEND|");
    assertThat(Wire.read(V1_2, "SEND\na:" + "x".repeat(300)))
        .containsExactly("Frame too large: a header is longer than 200 bytes");
    assertThat(Wire.read(V1_2, "SEND\n\n" + "x".repeat(2049)))
        .containsExactly("Frame too large: a body is larger than 2048 bytes");
    assertThat(Wire.read(V1_2, "SEND\ncontent-length:2049\n\n"))
        .containsExactly("Frame too large: a body is larger than 2048 bytes");
    assertThat(Wire.read(V1_2, "SEND\ncontent-length:99999999999999999999\n\n").get(0))
        .startsWith("Frame too large");
  }

  @Test
  @DisplayName("a line may be as long as the limit says: a token fits")
  void longLine() {
    FrameLimits wide = new FrameLimits(100_000, 1000, 10, 16_384);
    Wire wire = new Wire();
    wire.decoder.agreed(V1_2, wide);
    String token = "x".repeat(16_000);
    wire.write(("CONNECT\npasscode:" + token + "\n\n\0").getBytes(UTF_8));
    wire.end();
    assertThat(wire.told).containsExactly("CONNECT|passcode=" + token + "|");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "-1", "1x", "", " 1", "+1"})
  @DisplayName("content-length is a number or an error")
  void contentLength(String value) {
    assertThat(Wire.read(V1_2, "SEND\ncontent-length:" + value + "\n\nx\0"))
        .containsExactly(
            "Malformed frame: content-length '" + value + "' is not a number of bytes");
  }

  @Test
  @DisplayName("what cannot be read is told, and nothing after it")
  void failureIsTold() {
    assertThat(Wire.read(V1_2, "SEND\ncontent-length:2\n\nabcde\0SEND\n\n\0"))
        .containsExactly("Malformed frame: the body does not end where content-length says");
    assertThat(Wire.read(V1_2, "SEND\nno colon\n\n\0"))
        .containsExactly("Malformed frame: a header has no colon");
    assertThat(Wire.read(V1_2, "SEND\n:v\n\n\0"))
        .containsExactly("Malformed frame: a header has no name before its colon");
    assertThat(Wire.read(V1_2, "SEND\na:b\0"))
        .containsExactly("Malformed frame: there is a NUL in the headers");
    assertThat(Wire.read(V1_2, "HELLO\n\n\0").get(0)).startsWith("Bad command: 'HELLO' is no");
    assertThat(Wire.read(V1_2, "GET / HTTP/1.1 and more").get(0)).startsWith("Bad command");
    assertThat(Wire.read(V1_2, "ACK\nid:1\n\nbody\0"))
        .containsExactly("Malformed frame: ACK must not have a body");
  }

  @Test
  @DisplayName("with a content-length the body may hold NULs, without one it ends at the first")
  void bodies() {
    assertThat(Wire.read(V1_2, "SEND\ncontent-length:3\n\na\0b\0SEND\n\nc\0"))
        .containsExactly("SEND|content-length=3|a\0b", "SEND|c");
  }

  @Test
  @DisplayName("line ends between frames are heart-beats")
  void heartBeats() {
    assertThat(Wire.read(V1_2, "\n\r\n\nSEND\n\nx\0\n\n\r\nSEND\n\ny\0\n"))
        .containsExactly("SEND|x", "SEND|y");
  }

  @Test
  @DisplayName("the first of repeated headers counts")
  void repeated() {
    String[] found = new String[1];
    FrameDecoder decoder = new FrameDecoder(
        new FrameListener() {
          @Override
          public void frame(Frame frame, byte[] body) {
            found[0] = frame.get(HeaderName.DESTINATION);
          }

          @Override
          public void malformed(String message, String detail, byte @Nullable [] receipt) {}
        },
        Wire.LIMITS);
    var channel = new io.netty.channel.embedded.EmbeddedChannel(decoder);
    channel.writeInbound(
        io.netty.buffer.Unpooled.copiedBuffer("SEND\ndestination:a\ndestination:b\n\n\0", UTF_8));
    channel.finishAndReleaseAll();
    assertThat(found[0]).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64})
  @DisplayName("portions of any size make the same frames")
  void portions(int size) {
    String text = "\nSEND\ndestination:/queue/a\ncontent-length:5\n\nab\0cd\0\n\n"
        + "SUBSCRIBE\nid:1\ndestination:/topic/ü\n\n\0SEND\nx:y\n\nopen body\0";
    List<String> whole = Wire.read(V1_2, text);
    Wire wire = new Wire();
    wire.decoder.agreed(V1_2, Wire.LIMITS);
    byte[] bytes = text.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; at += size) {
      wire.write(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
    wire.end();
    assertThat(whole).hasSize(3);
    assertThat(wire.told).isEqualTo(whole);
  }

  @Test
  @DisplayName("while it pauses nothing is read, and nothing is lost")
  void pause() {
    Wire wire = new Wire();
    wire.decoder.pause();
    wire.write("SEND\n\na\0SEN".getBytes(UTF_8));
    wire.write("D\n\nb\0".getBytes(UTF_8));
    assertThat(wire.told).isEmpty();
    assertThat(wire.decoder.isBehind()).isTrue();
    wire.decoder.resume();
    assertThat(wire.told).containsExactly("SEND|a", "SEND|b");
    assertThat(wire.decoder.isBehind()).isFalse();
    wire.end();
  }

  @Test
  @DisplayName("the highest version that both know is chosen")
  void versions() {
    assertThat(StompVersion.best(null)).isEqualTo(V1_0);
    assertThat(StompVersion.best("1.0,1.1,1.2")).isEqualTo(V1_2);
    assertThat(StompVersion.best("1.1, 1.0")).isEqualTo(V1_1);
    assertThat(StompVersion.best("2.0")).isNull();
  }
}
