package io.waypost.mqtt.codec;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5 (section 2.2.2.2): what each holds, and in which packets a client may send it. */
enum Property {
  PAYLOAD_FORMAT(
      MqttProperties.PAYLOAD_FORMAT_INDICATOR,
      Kind.ZERO_OR_ONE,
      in(MqttMessageType.PUBLISH) | Property.WILL),
  MESSAGE_EXPIRY(
      MqttProperties.PUBLICATION_EXPIRY_INTERVAL,
      Kind.FOUR_BYTES,
      in(MqttMessageType.PUBLISH) | Property.WILL),
  CONTENT_TYPE(MqttProperties.CONTENT_TYPE, Kind.TEXT, in(MqttMessageType.PUBLISH) | Property.WILL),
  RESPONSE_TOPIC(
      MqttProperties.RESPONSE_TOPIC, Kind.TOPIC, in(MqttMessageType.PUBLISH) | Property.WILL),
  CORRELATION_DATA(
      MqttProperties.CORRELATION_DATA, Kind.BINARY, in(MqttMessageType.PUBLISH) | Property.WILL),
  SUBSCRIPTION_IDENTIFIER(
      MqttProperties.SUBSCRIPTION_IDENTIFIER,
      Kind.VARIABLE_NOT_ZERO,
      in(MqttMessageType.SUBSCRIBE),
      in(MqttMessageType.PUBLISH)),
  SESSION_EXPIRY(
      MqttProperties.SESSION_EXPIRY_INTERVAL,
      Kind.FOUR_BYTES,
      in(MqttMessageType.CONNECT, MqttMessageType.DISCONNECT)),
  ASSIGNED_CLIENT_IDENTIFIER(MqttProperties.ASSIGNED_CLIENT_IDENTIFIER, Kind.TEXT, Property.NONE),
  SERVER_KEEP_ALIVE(MqttProperties.SERVER_KEEP_ALIVE, Kind.TWO_BYTES, Property.NONE),
  AUTHENTICATION_METHOD(
      MqttProperties.AUTHENTICATION_METHOD,
      Kind.TEXT,
      in(MqttMessageType.CONNECT, MqttMessageType.AUTH)),
  AUTHENTICATION_DATA(
      MqttProperties.AUTHENTICATION_DATA,
      Kind.BINARY,
      in(MqttMessageType.CONNECT, MqttMessageType.AUTH)),
  REQUEST_PROBLEM_INFORMATION(
      MqttProperties.REQUEST_PROBLEM_INFORMATION, Kind.ZERO_OR_ONE, in(MqttMessageType.CONNECT)),
  WILL_DELAY(MqttProperties.WILL_DELAY_INTERVAL, Kind.FOUR_BYTES, Property.WILL),
  REQUEST_RESPONSE_INFORMATION(
      MqttProperties.REQUEST_RESPONSE_INFORMATION, Kind.ZERO_OR_ONE, in(MqttMessageType.CONNECT)),
  RESPONSE_INFORMATION(MqttProperties.RESPONSE_INFORMATION, Kind.TEXT, Property.NONE),
  SERVER_REFERENCE(
      MqttProperties.SERVER_REFERENCE, Kind.TEXT, Property.NONE, in(MqttMessageType.DISCONNECT)),
  REASON_STRING(
      MqttProperties.REASON_STRING,
      Kind.TEXT,
      in(
          MqttMessageType.PUBACK,
          MqttMessageType.PUBREC,
          MqttMessageType.PUBREL,
          MqttMessageType.PUBCOMP,
          MqttMessageType.DISCONNECT,
          MqttMessageType.AUTH)),
  RECEIVE_MAXIMUM(
      MqttProperties.RECEIVE_MAXIMUM, Kind.TWO_BYTES_NOT_ZERO, in(MqttMessageType.CONNECT)),
  TOPIC_ALIAS_MAXIMUM(
      MqttProperties.TOPIC_ALIAS_MAXIMUM, Kind.TWO_BYTES, in(MqttMessageType.CONNECT)),
  TOPIC_ALIAS(MqttProperties.TOPIC_ALIAS, Kind.ALIAS, in(MqttMessageType.PUBLISH)),
  MAXIMUM_QOS(MqttProperties.MAXIMUM_QOS, Kind.ZERO_OR_ONE, Property.NONE),
  RETAIN_AVAILABLE(MqttProperties.RETAIN_AVAILABLE, Kind.ZERO_OR_ONE, Property.NONE),
  USER_PROPERTY(
      MqttProperties.USER_PROPERTY,
      Kind.PAIR,
      in(
              MqttMessageType.CONNECT,
              MqttMessageType.PUBLISH,
              MqttMessageType.PUBACK,
              MqttMessageType.PUBREC,
              MqttMessageType.PUBREL,
              MqttMessageType.PUBCOMP,
              MqttMessageType.SUBSCRIBE,
              MqttMessageType.UNSUBSCRIBE,
              MqttMessageType.DISCONNECT,
              MqttMessageType.AUTH)
          | Property.WILL),
  MAXIMUM_PACKET_SIZE(
      MqttProperties.MAXIMUM_PACKET_SIZE, Kind.FOUR_BYTES_NOT_ZERO, in(MqttMessageType.CONNECT)),
  WILDCARD_SUBSCRIPTION_AVAILABLE(
      MqttProperties.WILDCARD_SUBSCRIPTION_AVAILABLE, Kind.ZERO_OR_ONE, Property.NONE),
  SUBSCRIPTION_IDENTIFIER_AVAILABLE(
      MqttProperties.SUBSCRIPTION_IDENTIFIER_AVAILABLE, Kind.ZERO_OR_ONE, Property.NONE),
  SHARED_SUBSCRIPTION_AVAILABLE(
      MqttProperties.SHARED_SUBSCRIPTION_AVAILABLE, Kind.ZERO_OR_ONE, Property.NONE);

  /** What stands behind the identifier. */
  enum Kind {
    ZERO_OR_ONE,
    TWO_BYTES,
    TWO_BYTES_NOT_ZERO,
    ALIAS,
    FOUR_BYTES,
    FOUR_BYTES_NOT_ZERO,
    VARIABLE_NOT_ZERO,
    TEXT,
    TOPIC,
    BINARY,
    PAIR
  }

  /** Place of a will's properties, which have no packet of their own, beside those of {@link #in}. */
  static final int WILL = 1;

  private static final int NONE = 0;
  private static final @Nullable Property[] BY_ID = new @Nullable Property[Long.SIZE];

  static {
    for (Property property : values()) {
      BY_ID[property.id] = property;
    }
  }

  private final int id;
  private final Kind kind;
  private final int fromClients;
  private final int fromServersOnly;

  Property(int id, Kind kind, int fromClients) {
    this(id, kind, fromClients, 0);
  }

  Property(int id, Kind kind, int fromClients, int fromServersOnly) {
    this.id = id;
    this.kind = kind;
    this.fromClients = fromClients;
    this.fromServersOnly = fromServersOnly;
  }

  /** The place of a packet's properties, for {@link #mayComeIn}; those of several packets are joined with "or". */
  static int in(MqttMessageType... types) {
    int places = 0;
    for (MqttMessageType type : types) {
      places |= 1 << type.value();
    }
    return places;
  }

  /** The property with this identifier, or null. */
  static @Nullable Property of(int id) {
    return id < BY_ID.length ? BY_ID[id] : null;
  }

  int id() {
    return id;
  }

  Kind kind() {
    return kind;
  }

  /** May a client send it in this place? */
  boolean mayComeIn(int place) {
    return (fromClients & place) != 0;
  }

  /** Is it known in this place, but only from servers? */
  boolean isForServersIn(int place) {
    return (fromServersOnly & place) != 0;
  }
}
