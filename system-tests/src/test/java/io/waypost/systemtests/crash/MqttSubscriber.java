package io.waypost.systemtests.crash;

import io.waypost.systemtests.crash.MqttWire.Packet;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** Takes numbers with QoS 1 and 2, and remembers those with QoS 2 that are not released, as a client has to. */
final class MqttSubscriber extends MqttWorker {
  private final Set<Integer> unreleased = new HashSet<>();
  private final List<Integer> once = new CopyOnWriteArrayList<>();
  private final Set<Integer> atLeastOnce = ConcurrentHashMap.newKeySet();
  private volatile boolean subscribed;

  MqttSubscriber(int port, String clientId) {
    super(port, clientId);
  }

  boolean isSubscribed() {
    return subscribed;
  }

  /** What came with QoS 2, as often as it came. */
  List<Integer> once() {
    return once;
  }

  /** Which of so many numbers have not come. */
  List<Integer> missing(int numbers) {
    Set<Integer> all = new HashSet<>(once);
    return IntStream.range(0, numbers)
        .filter(number -> !all.contains(number) && !atLeastOnce.contains(number))
        .boxed()
        .toList();
  }

  @Override
  boolean isDone() {
    return false;
  }

  @Override
  void talk(MqttWire wire) throws IOException {
    if (subscribed && !wire.present()) {
      throw new AssertionError("the broker has forgotten the session");
    }
    if (!subscribed) {
      wire.subscribe("crash/#", 2);
    }
    while (true) {
      Packet packet = wire.read();
      switch (packet.type()) {
        case MqttWire.SUBACK -> subscribed = true;
        case MqttWire.PUBLISH -> take(wire, packet);
        case MqttWire.PUBREL -> {
          unreleased.remove(packet.two(0));
          wire.reply(MqttWire.PUBCOMP, packet.two(0));
        }
        default -> throw new IllegalStateException("a packet of type " + packet.type());
      }
    }
  }

  private void take(MqttWire wire, Packet packet) throws IOException {
    int number = Integer.parseInt(packet.payload());
    int id = packet.publishId();
    if (packet.qos() == 1) {
      atLeastOnce.add(number);
      wire.reply(MqttWire.PUBACK, id);
      return;
    }
    if (unreleased.add(id)) {
      once.add(number);
    }
    wire.reply(MqttWire.PUBREC, id);
  }
}
