package io.waypost.mqtt;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topic aliases of one connection, each way (section 3.3.2.3.4); made when the first is used. */
final class TopicAliases {
  private final int incomingMaximum;
  private final int outgoingMaximum;
  private @Nullable Map<Integer, String> incoming;
  private @Nullable Map<String, Integer> outgoing;

  /**
   * No aliases yet.
   *
   * @param incomingMaximum the highest that the client may use
   * @param outgoingMaximum the highest that the client takes
   */
  TopicAliases(int incomingMaximum, int outgoingMaximum) {
    this.incomingMaximum = incomingMaximum;
    this.outgoingMaximum = outgoingMaximum;
  }

  /**
   * The topic of a packet that came with an alias.
   *
   * @param topic as in the packet, empty when the alias stands for it
   * @throws MqttRefusal if the alias is too high or stands for nothing
   */
  String incoming(int alias, String topic) {
    if (alias == 0 || alias > incomingMaximum) {
      throw new MqttRefusal(
          Reason.TOPIC_ALIAS_INVALID,
          "topic alias " + alias + ", the maximum is " + incomingMaximum);
    }
    Map<Integer, String> known = incoming;
    if (known == null) {
      known = new HashMap<>(4);
      incoming = known;
    }
    if (!topic.isEmpty()) {
      known.put(alias, topic);
      return topic;
    }
    String meant = known.get(alias);
    if (meant == null) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "topic alias " + alias + " stands for nothing");
    }
    return meant;
  }

  /** Whether the client takes any. */
  boolean sends() {
    return outgoingMaximum > 0;
  }

  /** The alias that the client knows for the topic, or 0. */
  int known(String topic) {
    Integer alias = outgoing == null ? null : outgoing.get(topic);
    return alias == null ? 0 : alias;
  }

  /** A new alias for the topic, or 0 when there is none left. */
  int assign(String topic) {
    Map<String, Integer> known = outgoing;
    if (known == null) {
      known = new HashMap<>(4);
      outgoing = known;
    }
    if (known.size() >= outgoingMaximum) {
      return 0;
    }
    int alias = known.size() + 1;
    known.put(topic, alias);
    return alias;
  }
}
