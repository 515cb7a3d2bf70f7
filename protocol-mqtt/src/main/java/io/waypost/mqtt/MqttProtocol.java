package io.waypost.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import io.waypost.transport.Sniff;
import java.util.List;

/** The plug of MQTT 3.1, 3.1.1 and 5. */
public final class MqttProtocol implements Protocol {
  static final String NAME = "mqtt";

  private static final int CONNECT = 0x10;

  /** Most bytes of a remaining length. */
  private static final int LENGTH_BYTES = 4;

  private static final String[] PROTOCOL_NAMES = {"\0\4MQTT", "\0\6MQIsdp"};

  /** Stateless; made by the service loader. */
  public MqttProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int defaultPort() {
    return 1883;
  }

  @Override
  public List<String> webSocketSubprotocols() {
    return List.of(NAME, "mqttv3.1", "mqttv3.1.1");
  }

  @Override
  public List<Setting<?>> settings() {
    return MqttSettings.ALL;
  }

  @Override
  public List<Setting<?>> listenerSettings() {
    return MqttSettings.OF_LISTENER;
  }

  /** A CONNECT, its remaining length, and the protocol's name. */
  @Override
  public Sniff sniff(ByteBuf firstBytes) {
    int at = firstBytes.readerIndex();
    int end = firstBytes.writerIndex();
    if (firstBytes.getUnsignedByte(at) != CONNECT) {
      return Sniff.NO;
    }
    at++;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      if (at == end) {
        return Sniff.NEED_MORE;
      }
      if (firstBytes.getByte(at++) >= 0) {
        return name(firstBytes, at, end);
      }
    }
    return Sniff.NO;
  }

  private static Sniff name(ByteBuf bytes, int begin, int end) {
    Sniff best = Sniff.NO;
    for (String name : PROTOCOL_NAMES) {
      int length = Math.min(name.length(), end - begin);
      boolean same = true;
      for (int i = 0; i < length; i++) {
        same &= bytes.getByte(begin + i) == name.charAt(i);
      }
      if (same && length == name.length()) {
        return Sniff.YES;
      }
      if (same) {
        best = Sniff.NEED_MORE;
      }
    }
    return best;
  }

  /** Finds the sessions that were kept, so that they end and their wills are published without anybody connecting. */
  @Override
  public void start(Broker broker, Loop loop, ProtocolSettings settings) {
    MqttAdapter.of(broker, loop, settings);
  }

  @Override
  public void open(Channel channel, Loop loop, Broker broker, ProtocolSettings settings) {
    MqttAdapter adapter = MqttAdapter.of(broker, loop, settings);
    MqttConnection connection =
        new MqttConnection(channel, loop, broker, adapter, adapter.settings(settings));
    channel.pipeline().addLast(connection.decoder(), MqttEncoder.INSTANCE, connection);
  }
}
