package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.waypost.broker.Delivery;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.mqtt.MqttSession.Sent;
import io.waypost.mqtt.PacketIds.Flight;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to a client, and its answers (section 4.3). What the client has not answered for stays with its
 * queue; what it has (QoS 1), or has taken into its charge (QoS 2), leaves it.
 *
 * <p>After a connection has ended the queue delivers the unanswered messages again, first of all. They go out under the
 * packet identifiers that they had, which are found by their numbers in the queue.
 */
final class OutboundPublishes implements Runnable {
  // Both keep the message: the delivery may let go of it when the client's turn is over.
  private record Waiting(MqttConsumer from, Delivery delivery, Message message) {}

  private record Unsaved(Flight flight, Message message) {}

  /** The position of a message in a queue that is gone. */
  private static final long NOWHERE = -1;

  private final ServedClient client;
  private final MqttSession session;
  private final Matcher matcher;
  private final PacketIds ids = new PacketIds();
  private final int window;
  private final Resumed resumed = new Resumed(ids);
  private final PublishSender sender;
  private final Adoption adoption;
  private final Settling settling;
  private @Nullable ArrayDeque<Waiting> waiting;

  /** Messages with QoS 2 whose packet identifiers have to be noted before they are sent. */
  private List<Unsaved> unsaved = List.of();

  private @Nullable Runnable onRoom;

  /**
   * Nothing on its way.
   *
   * @param window how many messages with QoS 1 and 2 may be unanswered
   * @param maxPacketSize the largest packet that the client takes, in bytes; 0 for any
   */
  OutboundPublishes(
      ServedClient client,
      MqttSession session,
      TopicAliases aliases,
      int window,
      int maxPacketSize) {
    this.client = client;
    this.session = session;
    this.matcher = new Matcher(session, client.room());
    this.window = window;
    this.sender = new PublishSender(client, aliases, maxPacketSize);
    this.adoption = new Adoption(client, this::sendWaiting);
    this.settling = new Settling(client.loop());
  }

  Matcher matcher() {
    return matcher;
  }

  int window() {
    return window;
  }

  /** Goes on where the session's last connection ended ([MQTT-4.4.0-1]). */
  void resume() {
    ids.startAfter(session.lastPacketId());
    for (Sent one : session.released()) {
      resumed.addTaken(one);
      if (one.packetId() == MqttSession.NO_IDENTIFIER) {
        continue;
      }
      Flight flight = ids.restore(one.packetId(), 2, null, null);
      flight.released = one;
      client.output().acknowledge(MqttMessageType.PUBREL, flight.id, Reason.SUCCESS);
    }
    resumed.addUnanswered(session.sent());
  }

  /** Whether messages of a queue are known by their positions there. */
  boolean remembers(String queue) {
    return resumed.remembers(queue);
  }

  /** The queue is gone: in one of its name the positions would be those of other messages. */
  void forget(String queue) {
    resumed.forget(queue);
    settling.forget(queue);
    for (Flight flight : ids.all()) {
      Sent released = flight.released;
      if (released != null && released.queue().equals(queue)) {
        // The handshake goes on.
        flight.released = new Sent(queue, NOWHERE, released.packetId(), released.qos());
      }
    }
  }

  // --- out

  /** A queue has a message for the client. */
  void deliver(MqttConsumer from, Delivery delivery) {
    if (!client.isServing()) {
      MqttConsumer.giveBack(delivery);
      return;
    }
    Message message = delivery.message();
    Publication publication = client.room().publication(message);
    Match match = from.match(publication, message, matcher);
    int qos = delivery.settled() ? 0 : Math.min(publication.qos(), match.qos());
    if (resumed.isTaken(from, delivery)) {
      from.finish(delivery);
      settling.add(from, from.queue(), delivery.position());
    } else if (publication.topic().isEmpty()) {
      from.finish(delivery);
    } else if (match.revoked()) {
      resumed.take(from, delivery);
      client.room().counters().publishesDropped.add(1);
      from.finish(delivery);
    } else if (qos == 0) {
      if (!sender.send(delivery, message, publication, match, 0, 0, false)) {
        client.room().counters().publishesDropped.add(1);
      }
      from.finish(delivery);
    } else if (waiting != null || !mayStart()) {
      ArrayDeque<Waiting> behind = waiting;
      if (behind == null) {
        behind = new ArrayDeque<>();
        waiting = behind;
      }
      behind.add(new Waiting(from, delivery, message));
    } else {
      start(from, delivery, message, publication, match, qos);
    }
  }

  /** Whether one more may be unanswered; those that are about to come by the session's own queue count. */
  private boolean mayStart() {
    return ids.size() + adoption.underWay() < window;
  }

  private void start(
      MqttConsumer from,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int qos) {
    if (qos == 2 && from.isShared() && session.persistent()) {
      adoption.adopt(from, delivery, message, publication, match);
    } else {
      send(from, delivery, message, publication, match, qos);
    }
  }

  private void send(
      MqttConsumer from,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int qos) {
    Sent sent = resumed.take(from, delivery);
    Flight flight = sent != null
        ? ids.restore(sent.packetId(), sent.qos(), from, delivery)
        : ids.add(qos, from, delivery);
    if (flight.qos == 2 && sent == null && session.persistent()) {
      if (unsaved.isEmpty()) {
        unsaved = new ArrayList<>();
        client.loop().atTurnEnd(this);
      }
      unsaved.add(new Unsaved(flight, message));
    } else {
      write(flight, delivery, message, publication, match, sent != null);
    }
  }

  private void write(
      Flight flight,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      boolean again) {
    if (!sender.send(delivery, message, publication, match, flight.id, flight.qos, again)) {
      // Too large for the client: as if it had been sent and answered for ([MQTT-3.1.2-25]).
      client.room().counters().publishesDropped.add(1);
      ids.remove(flight);
      if (flight.from != null) {
        flight.from.finish(delivery);
      }
      sendWaiting();
    }
  }

  /** Sends what has been noted by then. At the end of a turn. */
  @Override
  public void run() {
    List<Unsaved> noted = unsaved;
    unsaved = List.of();
    if (client.isServing()) {
      client.save(() -> noted.forEach(this::sendNoted));
    }
  }

  private void sendNoted(Unsaved each) {
    Flight flight = each.flight();
    Delivery delivery = flight.delivery;
    if (client.isServing() && delivery != null && flight.from != null) {
      Message message = each.message();
      Publication publication = client.room().publication(message);
      Match match = flight.from.match(publication, message, matcher);
      write(flight, delivery, message, publication, match, false);
    }
  }

  // --- answers

  /** PUBACK. */
  void acknowledged(int id) {
    Flight flight = ids.get(id);
    if (flight == null) {
      return;
    }
    if (flight.qos != 1) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "PUBACK for a message with QoS 2");
    }
    end(flight);
  }

  /** PUBREC; whether the client has taken the message, or knows of one that is not known here. */
  void received(int id, boolean refused) {
    Flight flight = ids.get(id);
    if (flight == null) {
      if (!refused) {
        client
            .answers()
            .publish(
                MqttMessageType.PUBREL,
                id,
                Reason.PACKET_IDENTIFIER_NOT_FOUND,
                "no message is under way with this identifier");
      }
      return;
    }
    if (flight.qos != 2) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "PUBREC for a message with QoS 1");
    }
    if (refused) {
      end(flight);
      return;
    }
    Delivery delivery = flight.delivery;
    if (delivery == null) {
      client.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
      return;
    }
    flight.delivery = null;
    flight.released = new Sent(delivery.queue(), delivery.position(), id, 2);
    if (!session.persistent()) {
      settle(flight, delivery);
      client.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
      return;
    }
    // That it is released is noted first: a message that comes back after a crash is known by it.
    client.save(() -> {
      settle(flight, delivery);
      client.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
    });
  }

  private static void settle(Flight flight, Delivery delivery) {
    delivery.settle(Settlement.ACCEPT);
    if (flight.from != null) {
      flight.from.done();
    }
  }

  /** PUBCOMP. */
  void completed(int id) {
    Flight flight = ids.get(id);
    if (flight == null) {
      return;
    }
    if (flight.released == null) {
      throw new MqttRefusal(Reason.PROTOCOL_ERROR, "PUBCOMP for a message that is not released");
    }
    if (flight.from != null && flight.released.position() != NOWHERE && session.persistent()) {
      settling.add(flight.from, flight.released.queue(), flight.released.position());
    }
    end(flight);
  }

  private void end(Flight flight) {
    ids.remove(flight);
    Delivery delivery = flight.delivery;
    if (delivery != null) {
      settle(flight, delivery);
    }
    sendWaiting();
  }

  private void sendWaiting() {
    while (waiting != null && mayStart()) {
      Waiting next = waiting.poll();
      if (waiting.isEmpty()) {
        waiting = null;
      }
      if (next != null) {
        Message message = next.message();
        Publication publication = client.room().publication(message);
        Match match = next.from().match(publication, message, matcher);
        int qos = Math.max(1, Math.min(publication.qos(), match.qos()));
        start(next.from(), next.delivery(), message, publication, match, qos);
      }
    }
    Runnable roomy = onRoom;
    if (roomy != null && hasRoom()) {
      onRoom = null;
      roomy.run();
    }
  }

  /** Whether less than half of what may be unanswered is. */
  boolean hasRoom() {
    return waiting == null && 2 * ids.size() < window;
  }

  /** Runs something once there is room. */
  void whenRoom(Runnable task) {
    onRoom = task;
  }

  // --- the end

  /**
   * Writes what is under way into the session's state.
   *
   * @param all whether messages with QoS 1 too. Not while the client may answer for them: what was answered for before it
   *     was stored never is, and another message may have its position after a crash.
   */
  void keep(boolean all) {
    List<Sent> sent = new ArrayList<>(resumed.unanswered());
    List<Sent> released = new ArrayList<>();
    for (Flight flight : ids.all()) {
      Delivery delivery = flight.delivery;
      if (flight.released != null) {
        released.add(flight.released);
      } else if (flight.from != null && delivery != null && flight.from.keepsPositions()) {
        sent.add(new Sent(flight.from.queue(), delivery.position(), flight.id, flight.qos));
      }
    }
    released.addAll(settling.open());
    released.addAll(resumed.taken());
    if (!all) {
      sent.removeIf(one -> one.qos() < 2);
    }
    session.sent(sent);
    session.released(released);
    session.lastPacketId(ids.last());
  }

  /**
   * The connection ends: what is under way goes back to the queues, and what is to be known of it into the state.
   *
   * @return completes on the loop when no message is between two queues any more; until then their deliveries are open
   */
  CompletionStage<Void> close() {
    keep(true);
    for (Flight flight : ids.all()) {
      Delivery delivery = flight.delivery;
      if (flight.qos == 2 && flight.from != null && flight.from.isShared() && delivery != null) {
        // The session ends here, and nobody else of the share may get it ([MQTT-4.8.2-5]).
        delivery.settle(Settlement.ACCEPT);
      }
    }
    waiting = null;
    return adoption.end();
  }
}
