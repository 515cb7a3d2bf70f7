package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageType;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers to a client's messages, in the order in which the messages came ([MQTT-4.6.0-2], [MQTT-4.6.0-3]), however the
 * outcomes come. What is known in a row from the oldest on is told at once.
 */
final class AnswerOrder {
  private static final int INITIAL = 8;
  private static final int OPEN = -1;
  private static final Reason[] REASONS = Reason.values();

  /** Known, and the client is told nothing: it will send the message again when it comes back. */
  static final int SILENT = -2;

  private final ServedClient client;

  // Rings, indexed by token modulo the length.
  private int[] packetIds = new int[INITIAL];
  private int[] outcomes = new int[INITIAL];
  private boolean[] twice = new boolean[INITIAL];
  private Map<Long, String> details = Map.of();
  private long first;
  private long next;

  AnswerOrder(ServedClient client) {
    this.client = client;
  }

  /** A message that is to be answered with PUBACK (QoS 1) or PUBREC (QoS 2); the token stands for it. */
  long add(int packetId, int qos) {
    if (next - first == packetIds.length) {
      grow();
    }
    int place = place(next);
    packetIds[place] = packetId;
    outcomes[place] = OPEN;
    twice[place] = qos == 2;
    return next++;
  }

  /** The packet identifier behind a token. */
  int packetId(long token) {
    return packetIds[place(token)];
  }

  /** Whether the message has QoS 2. */
  boolean isTwice(long token) {
    return twice[place(token)];
  }

  /** What is to be answered is known, and there is something to say about it. */
  void known(long token, Reason reason, String detail) {
    if (details.isEmpty()) {
      details = new HashMap<>(4);
    }
    details.put(token, detail);
    known(token, reason.ordinal());
  }

  /** What is to be answered is known: the reason's ordinal, or {@link #SILENT}. */
  void known(long token, int outcome) {
    outcomes[place(token)] = outcome;
    while (first < next && outcomes[place(first)] != OPEN) {
      int place = place(first);
      if (outcomes[place] != SILENT) {
        client
            .answers()
            .publish(
                twice[place] ? MqttMessageType.PUBREC : MqttMessageType.PUBACK,
                packetIds[place],
                REASONS[outcomes[place]],
                details.isEmpty() ? null : details.remove(first));
      }
      first++;
    }
  }

  private int place(long token) {
    return (int) token & (packetIds.length - 1);
  }

  private void grow() {
    int length = packetIds.length;
    int[] ids = new int[2 * length];
    int[] known = new int[2 * length];
    boolean[] qos2 = new boolean[2 * length];
    for (long token = first; token < next; token++) {
      int from = place(token);
      int to = (int) token & (2 * length - 1);
      ids[to] = packetIds[from];
      known[to] = outcomes[from];
      qos2[to] = twice[from];
    }
    packetIds = ids;
    outcomes = known;
    twice = qos2;
  }
}
