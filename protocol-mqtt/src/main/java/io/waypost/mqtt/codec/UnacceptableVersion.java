package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttVersion;

/**
 * Told in place of a CONNECT with a version that is not known here: [MQTT-3.1.2-2] of MQTT 5, [MQTT-3.1.2-2] of 3.1.1.
 * It deserves a CONNACK with {@link #returnCode()}, in the form of {@link #answerIn()}, and then the end of the
 * connection. Nothing is read after it.
 *
 * @param protocolName MQTT or MQIsdp
 * @param level the protocol level, 0 to 255
 */
public record UnacceptableVersion(String protocolName, int level) {
  /**
   * The version whose CONNACK the client will understand: later versions look like 5, the others like 3.1.1. Mosquitto's
   * bridges first try a level with the highest bit set, and look for the refusal of 3.1.1.
   */
  public MqttVersion answerIn() {
    return level > MqttVersion.MQTT_5.protocolLevel() && level < 0x80
        ? MqttVersion.MQTT_5
        : MqttVersion.MQTT_3_1_1;
  }

  /** The code of the CONNACK: 0x84 or 0x01. */
  public MqttConnectReturnCode returnCode() {
    return answerIn() == MqttVersion.MQTT_5
        ? MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION
        : MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
  }
}
