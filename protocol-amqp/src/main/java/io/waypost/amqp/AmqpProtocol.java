package io.waypost.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.Sniff;
import io.waypost.transport.SocketHandler;
import java.util.List;

/** The plug of AMQP 0-9-1. */
public final class AmqpProtocol implements Protocol {
  static final String NAME = "amqp";

  private static final byte[] FIRST_BYTES = {'A', 'M', 'Q', 'P'};

  /** Stateless; made by the service loader. */
  public AmqpProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int defaultPort() {
    return 5672;
  }

  @Override
  public int defaultTlsPort() {
    return 5671;
  }

  @Override
  public List<String> webSocketSubprotocols() {
    return List.of(NAME);
  }

  @Override
  public List<Setting<?>> settings() {
    return AmqpSettings.ALL;
  }

  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    int known = Math.min(firstBytes.readableBytes(), FIRST_BYTES.length);
    for (int i = 0; i < known; i++) {
      if (firstBytes.getByte(firstBytes.readerIndex() + i) != FIRST_BYTES[i]) {
        return Sniff.NO;
      }
    }
    return known == FIRST_BYTES.length ? Sniff.YES : Sniff.NEED_MORE;
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    AmqpConnection connection =
        new AmqpConnection(channel, loop, broker, AmqpSettings.of(settings));
    channel.pipeline().addLast(connection.decoder(), new SocketHandler(connection));
  }
}
