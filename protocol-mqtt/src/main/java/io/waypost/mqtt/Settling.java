package io.waypost.mqtt;

import io.waypost.loop.Loop;
import io.waypost.mqtt.MqttSession.Sent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Messages with QoS 2 that the client has for good and whose queues have been told so. The session speaks of them until
 * the queue's word is ahead of the session's on its way to the disk: otherwise a crash could find the session silent and
 * the message still in its queue, and the client would get it once more, as a new one.
 */
final class Settling implements Runnable {
  private final Loop loop;
  private Set<Sent> open = Set.of();
  private Map<MqttConsumer, List<Sent>> fresh = Map.of();

  Settling(Loop loop) {
    this.loop = loop;
  }

  /** A message was settled just now, or before. */
  void add(MqttConsumer from, String queue, long position) {
    if (fresh.isEmpty()) {
      fresh = new HashMap<>(2);
      loop.atTurnEnd(this);
    }
    if (open.isEmpty()) {
      open = new HashSet<>();
    }
    Sent sent = new Sent(queue, position, MqttSession.NO_IDENTIFIER, 2);
    open.add(sent);
    fresh.computeIfAbsent(from, absent -> new ArrayList<>()).add(sent);
  }

  /** At the end of a turn. */
  @Override
  public void run() {
    Map<MqttConsumer, List<Sent>> all = fresh;
    fresh = Map.of();
    all.forEach((from, some) -> from.settled().thenRun(() -> some.forEach(open::remove)));
  }

  /** The queue is gone. */
  void forget(String queue) {
    if (!open.isEmpty()) {
      open.removeIf(sent -> sent.queue().equals(queue));
    }
  }

  Collection<Sent> open() {
    return open;
  }
}
