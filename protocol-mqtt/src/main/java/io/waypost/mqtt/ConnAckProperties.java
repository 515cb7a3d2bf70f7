package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import org.jspecify.annotations.Nullable;

/** What a client is told of its session and of the server's limits (section 3.2.2.3). */
final class ConnAckProperties {
  private static final int MOST = 65_535;

  private ConnAckProperties() {}

  static MqttProperties of(
      MqttSettings settings,
      ConnectHandshake handshake,
      MqttSession session,
      int keepAlive,
      @Nullable EnhancedAuthentication authentication) {
    MqttProperties properties =
        authentication == null ? new MqttProperties() : authentication.conclusion();
    Long asked =
        MqttTranslator.integer(handshake.properties(), MqttProperties.SESSION_EXPIRY_INTERVAL);
    if (session.expiry() != (asked == null ? 0 : asked)) {
      properties.add(
          new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, (int) session.expiry()));
    }
    if (settings.receiveMaximum() < MOST) {
      properties.add(
          new IntegerProperty(MqttProperties.RECEIVE_MAXIMUM, settings.receiveMaximum()));
    }
    properties.add(
        new IntegerProperty(MqttProperties.MAXIMUM_PACKET_SIZE, settings.maxPacketSize()));
    if (handshake.assigned()) {
      properties.add(
          new StringProperty(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, handshake.clientId()));
    }
    if (settings.topicAliasMaximum() > 0) {
      properties.add(
          new IntegerProperty(MqttProperties.TOPIC_ALIAS_MAXIMUM, settings.topicAliasMaximum()));
    }
    if (keepAlive != handshake.keepAlive()) {
      properties.add(new IntegerProperty(MqttProperties.SERVER_KEEP_ALIVE, keepAlive));
    }
    return properties;
  }
}
