package io.waypost.stomp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.Sniff;
import io.waypost.transport.SocketHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The plug of STOMP 1.0, 1.1 and 1.2. */
public final class StompProtocol implements Protocol {
  static final String NAME = "stomp";

  /** How a conversation begins; {@code CONNECT} with a blank behind it would be HTTP. */
  private static final List<byte[]> FIRST_LINES =
      List.of(ascii("CONNECT\n"), ascii("CONNECT\r\n"), ascii("STOMP\n"), ascii("STOMP\r\n"));

  /** Stateless; made by the service loader. */
  public StompProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int defaultPort() {
    return 61613;
  }

  @Override
  public List<String> webSocketSubprotocols() {
    return List.of("v12.stomp", "v11.stomp", "v10.stomp");
  }

  @Override
  public boolean textOverWebSocket() {
    return true;
  }

  @Override
  public List<Setting<?>> settings() {
    return StompSettings.ALL;
  }

  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    for (byte[] line : FIRST_LINES) {
      int known = Math.min(firstBytes.readableBytes(), line.length);
      int same = 0;
      while (same < known && firstBytes.getByte(firstBytes.readerIndex() + same) == line[same]) {
        same++;
      }
      if (same == line.length) {
        return Sniff.YES;
      }
      if (same == firstBytes.readableBytes()) {
        return Sniff.NEED_MORE;
      }
    }
    return Sniff.NO;
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    StompConnection connection =
        new StompConnection(channel, loop, broker, StompSettings.of(settings, broker.limits()));
    channel.pipeline().addLast(connection.decoder(), new SocketHandler(connection));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
