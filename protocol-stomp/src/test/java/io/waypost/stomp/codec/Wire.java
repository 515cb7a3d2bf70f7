package io.waypost.stomp.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes on their way through a decoder; what it tells is kept as text: command, headers by {@code =}, body. */
final class Wire implements FrameListener {
  static final FrameLimits LIMITS = new FrameLimits(4096, 2048, 10, 200);

  final List<String> told = new ArrayList<>();
  final FrameDecoder decoder = new FrameDecoder(this, LIMITS);
  private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

  /** What a client of that version (null: not connected yet) is understood to say. */
  static List<String> read(@Nullable StompVersion version, String text) {
    Wire wire = new Wire();
    if (version != null) {
      wire.decoder.agreed(version, LIMITS);
    }
    wire.write(text.getBytes(UTF_8));
    wire.end();
    return wire.told;
  }

  void write(byte[] bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
  }

  void end() {
    channel.finishAndReleaseAll();
  }

  @Override
  public void frame(Frame frame, byte[] body) {
    StringBuilder text = new StringBuilder(frame.command().name());
    try {
      for (int i = 0; i < frame.size(); i++) {
        String header = frame.name(i) + "=" + frame.value(i);
        text.append('|').append(header);
      }
    } catch (MalformedException e) {
      text.append('|').append(e.detail());
    }
    told.add(text.append('|').append(new String(body, ISO_8859_1)).toString());
  }

  @Override
  public void malformed(String message, String detail, byte @Nullable [] receipt) {
    told.add(message + ": " + detail);
  }
}
