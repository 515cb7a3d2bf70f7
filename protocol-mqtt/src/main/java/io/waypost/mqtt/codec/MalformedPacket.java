package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttReasonCodes;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * Told in place of a packet that breaks the rules of its version (MQTT 5 section 4.13.1): the connection must be closed.
 * Nothing is read after it. Whether and how to answer is the business of whoever receives it: with version 5 a CONNACK
 * or DISCONNECT may carry the reason, before that the connection just ends.
 *
 * @param reason the reason code of MQTT 5; what a CONNACK may carry has the same number there
 * @param type the type of packet, or null when that is what is wrong
 * @param version the version that the packet was read in, or null while no CONNECT has told it
 * @param detail one sentence, without anything that the client wrote
 */
public record MalformedPacket(
    MqttReasonCodes.Disconnect reason,
    @Nullable MqttMessageType type,
    @Nullable MqttVersion version,
    String detail) {}
