package io.waypost.mqtt;

import io.waypost.broker.Delivery;
import io.waypost.mqtt.MqttSession.Sent;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was under way to a client when its connection before ended. After that the queues deliver again what was not
 * answered for, first of all; it goes out under the packet identifier that it had, found by its number in its queue.
 */
final class Resumed {
  private record Place(String queue, long position) {}

  private final PacketIds ids;
  private Map<Place, Sent> unanswered = Map.of();

  /** Messages that the client took into its charge: their queue may not know yet. */
  private Set<Place> taken = Set.of();

  /** Nothing was. */
  Resumed(PacketIds ids) {
    this.ids = ids;
  }

  /** A message that the client has; only the end of its handshake is open. */
  void addTaken(Sent one) {
    if (taken.isEmpty()) {
      taken = new HashSet<>();
    }
    taken.add(new Place(one.queue(), one.position()));
  }

  /** Messages that the client has not answered for; nobody else gets their identifiers. */
  void addUnanswered(Collection<Sent> sent) {
    if (sent.isEmpty()) {
      return;
    }
    unanswered = new HashMap<>();
    Set<Integer> reserved = new HashSet<>();
    for (Sent one : sent) {
      unanswered.put(new Place(one.queue(), one.position()), one);
      reserved.add(one.packetId());
    }
    ids.reserve(reserved);
  }

  /** Messages that the client has and that have not come again. */
  List<Sent> taken() {
    return taken.stream()
        .map(place -> new Sent(place.queue(), place.position(), MqttSession.NO_IDENTIFIER, 2))
        .toList();
  }

  /** What has not come again yet. */
  Collection<Sent> unanswered() {
    return unanswered.values();
  }

  /** Whether messages of a queue are known by their positions there. */
  boolean remembers(String queue) {
    return unanswered.keySet().stream().anyMatch(place -> place.queue().equals(queue))
        || taken.stream().anyMatch(place -> place.queue().equals(queue));
  }

  /** The queue is gone: in one of its name the positions would be those of other messages. */
  void forget(String queue) {
    if (!unanswered.isEmpty()) {
      unanswered.keySet().removeIf(place -> place.queue().equals(queue));
      freeIdentifiers();
    }
    if (!taken.isEmpty()) {
      taken.removeIf(place -> place.queue().equals(queue));
    }
  }

  /** Whether the client has the message already; it is asked once. */
  boolean isTaken(MqttConsumer from, Delivery delivery) {
    if (taken.isEmpty() || delivery.settled()) {
      return false;
    }
    if (taken.remove(new Place(from.queue(), delivery.position()))) {
      return true;
    }
    // Those before it will not come any more: their queue knows.
    taken.removeIf(
        place -> place.queue().equals(from.queue()) && place.position() < delivery.position());
    return false;
  }

  /** What the message was sent as, if it was; it is known no more then. */
  @Nullable
  Sent take(MqttConsumer from, Delivery delivery) {
    if (unanswered.isEmpty()) {
      return null;
    }
    Sent sent = unanswered.remove(new Place(from.queue(), delivery.position()));
    if (sent == null) {
      // Those before it will not come any more: they were dropped while the client was away.
      unanswered
          .keySet()
          .removeIf(place ->
              place.queue().equals(from.queue()) && place.position() < delivery.position());
    }
    freeIdentifiers();
    return sent;
  }

  private void freeIdentifiers() {
    if (unanswered.isEmpty()) {
      ids.reserve(Set.of());
    }
  }
}
