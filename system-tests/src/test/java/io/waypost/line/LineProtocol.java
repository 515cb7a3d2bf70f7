package io.waypost.line;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.Sniff;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Messages as lines of text. The client sends {@code PUB exchange key text}, with {@code -} for the default exchange,
 * and {@code SUB queue}, which declares the queue if needed. It gets {@code OK} or {@code ERR code} for each, and
 * {@code MSG text} for each message.
 */
public final class LineProtocol implements Protocol {
  static final Setting<Integer> MAX_LINE =
      Setting.number("max-line", 1000, 10, 1_000_000, "How long a line may be, in bytes.");

  private static final List<String> FIRST_WORDS = List.of("PUB ", "SUB ");

  /** Stateless; made by the service loader. */
  public LineProtocol() {}

  @Override
  public String name() {
    return "line";
  }

  @Override
  public int defaultPort() {
    return 7777;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(MAX_LINE);
  }

  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    String begin = firstBytes.toString(StandardCharsets.US_ASCII);
    if (FIRST_WORDS.stream().anyMatch(begin::startsWith)) {
      return Sniff.YES;
    }
    return FIRST_WORDS.stream().anyMatch(word -> word.startsWith(begin))
        ? Sniff.NEED_MORE
        : Sniff.NO;
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    channel
        .pipeline()
        .addLast(
            new LineBasedFrameDecoder(settings.get(MAX_LINE)),
            new LineConnection(channel, loop, broker));
  }
}
