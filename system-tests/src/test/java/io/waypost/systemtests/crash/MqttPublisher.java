package io.waypost.systemtests.crash;

import io.waypost.systemtests.crash.MqttWire.Packet;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes numbers, every second one with QoS 2, and sends again what was not answered, in order. */
final class MqttPublisher extends MqttWorker {
  private static final int WINDOW = 16;
  private static final int IDS = 1000;

  private final Map<Integer, Sent> open = new LinkedHashMap<>();
  private final AtomicInteger answered = new AtomicInteger();
  private int numbers;
  private int lastId;
  private volatile boolean stopping;
  private volatile boolean done;

  private record Sent(int number, boolean released) {
    int qos() {
      return 1 + number % 2;
    }
  }

  MqttPublisher(int port) {
    super(port, "crash-publisher");
  }

  /** No further numbers; {@link #isDone} when all are answered. */
  void stop() {
    stopping = true;
  }

  int answered() {
    return answered.get();
  }

  /** How many numbers there were; once it is done. */
  int numbers() {
    return numbers;
  }

  @Override
  boolean isDone() {
    return done;
  }

  @Override
  void talk(MqttWire wire) throws IOException {
    for (Map.Entry<Integer, Sent> each : List.copyOf(open.entrySet())) {
      if (each.getValue().released) {
        wire.reply(MqttWire.PUBREL, each.getKey());
      } else {
        send(wire, each.getKey(), each.getValue(), true);
      }
    }
    while (true) {
      while (!stopping && open.size() < WINDOW) {
        do {
          lastId = lastId % IDS + 1;
        } while (open.containsKey(lastId));
        Sent next = new Sent(numbers++, false);
        open.put(lastId, next);
        send(wire, lastId, next, false);
      }
      if (open.isEmpty()) {
        done = true;
        return;
      }
      answer(wire, wire.read());
    }
  }

  private static void send(MqttWire wire, int id, Sent what, boolean again) throws IOException {
    wire.publish("crash/" + what.qos(), Integer.toString(what.number), what.qos(), id, again);
  }

  private void answer(MqttWire wire, Packet packet) throws IOException {
    int id = packet.two(0);
    Sent what = open.get(id);
    switch (packet.type()) {
      case MqttWire.PUBREC -> {
        if (what != null) {
          // In its place: PUBRELs go out again in the order of the messages.
          open.put(id, new Sent(what.number, true));
        }
        wire.reply(MqttWire.PUBREL, id);
      }
      case MqttWire.PUBACK, MqttWire.PUBCOMP -> {
        if (open.remove(id) != null) {
          answered.incrementAndGet();
        }
      }
      default -> throw new IllegalStateException("an answer of type " + packet.type());
    }
  }
}
