package io.waypost.mqtt;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.waypost.broker.Delivery;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.mqtt.MqttSession.Sent;
import io.waypost.mqtt.PacketIds.Flight;
import io.waypost.mqtt.codec.PropertyWriter;
import io.waypost.mqtt.codec.PublishContent;
import io.waypost.mqtt.codec.PublishWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

  private record Place(String queue, long position) {}

  private static final int LARGEST_PACKET = 268_435_460;

  /** How long a share waits after it could not hand a message over. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The position of a message in a queue that is gone. */
  private static final long NOWHERE = -1;

  private final MqttConnection connection;
  private final MqttSession session;
  private final Matcher matcher;
  private final PacketIds ids = new PacketIds();
  private final int window;
  private final int maxPacketSize;
  private final TopicAliases aliases;
  private @Nullable ArrayDeque<Waiting> waiting;
  private Map<Place, Sent> resumed = Map.of();

  /** Messages that the client took into its charge on a connection before: their queue may not know yet. */
  private Set<Place> taken = Set.of();

  /** Messages of shares that are on their way to the session's own queue, and who waits for the last of them. */
  private int adopting;

  private @Nullable CompletableFuture<Void> allAdopted;

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
      MqttConnection connection,
      MqttSession session,
      TopicAliases aliases,
      int window,
      int maxPacketSize) {
    this.connection = connection;
    this.session = session;
    this.matcher = new Matcher(session, connection.room());
    this.aliases = aliases;
    this.window = window;
    this.maxPacketSize = maxPacketSize == 0 ? LARGEST_PACKET : maxPacketSize;
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
      Flight flight = ids.restore(one.packetId(), 2, null, null);
      flight.released = one;
      if (taken.isEmpty()) {
        taken = new HashSet<>();
      }
      taken.add(new Place(one.queue(), one.position()));
      connection.output().acknowledge(MqttMessageType.PUBREL, flight.id, Reason.SUCCESS);
    }
    if (!session.sent().isEmpty()) {
      resumed = new HashMap<>();
      Set<Integer> reserved = new HashSet<>();
      for (Sent one : session.sent()) {
        resumed.put(new Place(one.queue(), one.position()), one);
        reserved.add(one.packetId());
      }
      ids.reserve(reserved);
    }
  }

  /** Whether messages of a queue are known by their positions there. */
  boolean remembers(String queue) {
    return resumed.keySet().stream().anyMatch(place -> place.queue().equals(queue))
        || taken.stream().anyMatch(place -> place.queue().equals(queue));
  }

  /** The queue is gone: in one of its name the positions would be those of other messages. */
  void forget(String queue) {
    if (!resumed.isEmpty()) {
      resumed.keySet().removeIf(place -> place.queue().equals(queue));
      freeResumed();
    }
    if (!taken.isEmpty()) {
      taken.removeIf(place -> place.queue().equals(queue));
    }
    for (Flight flight : ids.all()) {
      Sent released = flight.released;
      if (released != null && released.queue().equals(queue)) {
        // The handshake goes on.
        flight.released = new Sent(queue, NOWHERE, released.packetId(), released.qos());
      }
    }
  }

  private void freeResumed() {
    if (resumed.isEmpty()) {
      ids.reserve(Set.of());
    }
  }

  // --- out

  /** A queue has a message for the client. */
  void deliver(MqttConsumer from, Delivery delivery) {
    if (!connection.isServing()) {
      giveBack(delivery);
      return;
    }
    Message message = delivery.message();
    Publication publication = connection.room().publication(message);
    Match match = from.match(publication, message, matcher);
    int qos = delivery.settled() ? 0 : Math.min(publication.qos(), match.qos());
    if (publication.topic().isEmpty() || isTaken(from, delivery)) {
      finish(from, delivery);
    } else if (match.revoked()) {
      takeResumed(from, delivery);
      connection.room().counters().publishesDropped.add(1);
      finish(from, delivery);
    } else if (qos == 0) {
      if (!write(delivery, message, publication, match, 0, 0, false)) {
        connection.room().counters().publishesDropped.add(1);
      }
      finish(from, delivery);
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
    return ids.size() + adopting < window;
  }

  private void start(
      MqttConsumer from,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int qos) {
    if (qos == 2 && from.isShared() && session.persistent()) {
      adopt(from, delivery, message, publication, match);
    } else {
      send(from, delivery, message, publication, match, qos);
    }
  }

  private static void giveBack(Delivery delivery) {
    if (!delivery.settled()) {
      delivery.settle(Settlement.RELEASE);
    }
  }

  /** The message is no more concern of its queue. */
  private static void finish(MqttConsumer from, Delivery delivery) {
    if (!delivery.settled()) {
      delivery.settle(Settlement.ACCEPT);
      from.done();
    }
  }

  private boolean isTaken(MqttConsumer from, Delivery delivery) {
    return !taken.isEmpty()
        && !delivery.settled()
        && taken.remove(new Place(from.queue(), delivery.position()));
  }

  private void send(
      MqttConsumer from,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int qos) {
    Sent sent = takeResumed(from, delivery);
    Flight flight = sent != null
        ? ids.restore(sent.packetId(), sent.qos(), from, delivery)
        : ids.add(qos, from, delivery);
    if (flight.qos == 2 && sent == null && session.persistent()) {
      if (unsaved.isEmpty()) {
        unsaved = new ArrayList<>();
        connection.loop().atTurnEnd(this);
      }
      unsaved.add(new Unsaved(flight, message));
    } else {
      write(flight, delivery, message, publication, match, sent != null);
    }
  }

  private @Nullable Sent takeResumed(MqttConsumer from, Delivery delivery) {
    if (resumed.isEmpty()) {
      return null;
    }
    Sent sent = resumed.remove(new Place(from.queue(), delivery.position()));
    if (sent == null) {
      // Those before it will not come any more: they were dropped while the client was away.
      resumed
          .keySet()
          .removeIf(place ->
              place.queue().equals(from.queue()) && place.position() < delivery.position());
    }
    freeResumed();
    return sent;
  }

  private void write(
      Flight flight,
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      boolean again) {
    if (!write(delivery, message, publication, match, flight.id, flight.qos, again)) {
      // Too large for the client: as if it had been sent and answered for ([MQTT-3.1.2-25]).
      connection.room().counters().publishesDropped.add(1);
      ids.remove(flight);
      if (flight.from != null) {
        finish(flight.from, delivery);
      }
      sendWaiting();
    }
  }

  /** Sends what has been noted by then. At the end of a turn. */
  @Override
  public void run() {
    List<Unsaved> noted = unsaved;
    unsaved = List.of();
    if (connection.isServing()) {
      connection.save(() -> noted.forEach(this::sendNoted));
    }
  }

  private void sendNoted(Unsaved each) {
    Flight flight = each.flight();
    Delivery delivery = flight.delivery;
    if (connection.isServing() && delivery != null && flight.from != null) {
      Message message = each.message();
      Publication publication = connection.room().publication(message);
      Match match = flight.from.match(publication, message, matcher);
      write(flight, delivery, message, publication, match, false);
    }
  }

  private boolean write(
      Delivery delivery,
      Message message,
      Publication publication,
      Match match,
      int packetId,
      int qos,
      boolean again) {
    PropertyWriter writer = connection.room().writer();
    PublishContent content = publication.content(message, writer);
    boolean retain = publication.replayed() || (match.retainAsPublished() && publication.retain());
    int first = PublishWriter.firstByte(qos, retain, again);
    byte[] own = match.identifiers();
    int alias = 0;
    boolean withTopic = true;
    if (connection.version() == MqttVersion.MQTT_5) {
      own = withExpiry(own, message, delivery, writer);
      if (aliases.sends()) {
        alias = aliases.known(publication.topic());
        withTopic = alias == 0;
      }
    }
    PublishWriter packets = connection.output().publishes();
    boolean fits = maxPacketSize == LARGEST_PACKET
        || packets.size(content, first, own, alias, withTopic) <= maxPacketSize;
    if (!fits) {
      return false;
    }
    if (withTopic && aliases.sends()) {
      alias = assign(packets, content, first, own, publication.topic());
    }
    byte[] payload = message.body();
    connection
        .output()
        .publish(content, payload.length, first, packetId, own, alias, withTopic, payload);
    return true;
  }

  private int assign(
      PublishWriter packets, PublishContent content, int first, byte[] own, String topic) {
    if (connection.version() != MqttVersion.MQTT_5
        || packets.size(content, first, own, 1, true) > maxPacketSize) {
      return 0;
    }
    return aliases.assign(topic);
  }

  private static byte[] withExpiry(
      byte[] own, Message message, Delivery delivery, PropertyWriter writer) {
    if (message.timeToLive() == Message.NO_EXPIRY) {
      return own;
    }
    long seconds = (Math.max(0, delivery.timeLeft()) + 999) / 1000;
    writer.integer(
        MqttProperties.PUBLICATION_EXPIRY_INTERVAL, (int) Math.min(seconds, 0xFFFF_FFFFL));
    byte[] expiry = writer.take();
    byte[] both = new byte[own.length + expiry.length];
    System.arraycopy(own, 0, both, 0, own.length);
    System.arraycopy(expiry, 0, both, own.length, expiry.length);
    return both;
  }

  /**
   * Moves a message with QoS 2 from a share to the session's own queue: it is this client's from here on, and nobody
   * else's ([MQTT-4.8.2-4], [MQTT-4.8.2-5]).
   */
  private void adopt(
      MqttConsumer from, Delivery delivery, Message message, Publication publication, Match match) {
    adopting++;
    connection
        .toOwnQueue(message, publication.moved(false, match.qos()), delivery.timeLeft())
        .whenComplete((moved, failure) ->
            connection.loop().run(() -> adopted(from, delivery, failure == null)));
  }

  private void adopted(MqttConsumer from, Delivery delivery, boolean moved) {
    adopting--;
    if (moved) {
      finish(from, delivery);
    } else {
      giveBack(delivery);
    }
    if (connection.isServing()) {
      if (!moved) {
        // Later, or it would come again at once, round and round.
        connection.loop().schedule(from::done, RETRY_NANOS);
      }
      sendWaiting();
    }
    CompletableFuture<Void> last = allAdopted;
    if (last != null && adopting == 0) {
      last.complete(null);
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
        connection.answer(
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
      connection.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
      return;
    }
    flight.delivery = null;
    flight.released = new Sent(delivery.queue(), delivery.position(), id, 2);
    if (!session.persistent()) {
      settle(flight, delivery);
      connection.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
      return;
    }
    // That it is released is noted first: a message that comes back after a crash is known by it.
    connection.save(() -> {
      settle(flight, delivery);
      connection.output().acknowledge(MqttMessageType.PUBREL, id, Reason.SUCCESS);
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
        Publication publication = connection.room().publication(message);
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
    List<Sent> sent = new ArrayList<>(resumed.values());
    List<Sent> released = new ArrayList<>();
    for (Flight flight : ids.all()) {
      Delivery delivery = flight.delivery;
      if (flight.released != null) {
        released.add(flight.released);
      } else if (flight.from != null && delivery != null && flight.from.keepsPositions()) {
        sent.add(new Sent(flight.from.queue(), delivery.position(), flight.id, flight.qos));
      }
    }
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
    CompletableFuture<Void> last = new CompletableFuture<>();
    allAdopted = last;
    if (adopting == 0) {
      last.complete(null);
    }
    return last;
  }
}
