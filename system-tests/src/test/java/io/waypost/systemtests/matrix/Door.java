package io.waypost.systemtests.matrix;

import io.waypost.systemtests.WaypostProcess;

/** A way to a broker: a protocol, and what carries it. */
enum Door {
  AMQP("AMQP 0-9-1", Language.AMQP),
  MQTT_5("MQTT 5", Language.MQTT_5),
  MQTT_3("MQTT 3.1.1", Language.MQTT_3),
  STOMP("STOMP 1.2", Language.STOMP),
  MQTT_5_WEB("MQTT 5 over WebSocket", Language.MQTT_5),
  MQTT_3_WEB("MQTT 3.1.1 over WebSocket", Language.MQTT_3),
  STOMP_WEB("STOMP 1.2 over WebSocket", Language.STOMP);

  private final String title;
  private final Language language;

  Door(String title, Language language) {
    this.title = title;
    this.language = language;
  }

  Language language() {
    return language;
  }

  /** A client that came in here. */
  Peer open(WaypostProcess broker) throws Exception {
    String mqtt = "tcp://127.0.0.1:" + broker.port("mqtt");
    String web = "ws://127.0.0.1:" + broker.port("http");
    return switch (this) {
      case AMQP -> new AmqpPeer(broker.port("amqp"));
      case MQTT_5 -> new Mqtt5Peer(mqtt);
      case MQTT_5_WEB -> new Mqtt5Peer(web + "/mqtt");
      case MQTT_3 -> new Mqtt3Peer(mqtt);
      case MQTT_3_WEB -> new Mqtt3Peer(web + "/mqtt");
      case STOMP -> new StompPeer(StompWire.socket(broker.port("stomp")));
      case STOMP_WEB -> new StompPeer(StompWire.webSocket(web + "/stomp"));
    };
  }

  @Override
  public String toString() {
    return title;
  }
}
