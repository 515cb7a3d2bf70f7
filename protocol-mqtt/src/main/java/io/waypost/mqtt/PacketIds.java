package io.waypost.mqtt;

import io.waypost.broker.Delivery;
import io.waypost.mqtt.MqttSession.Sent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers that are in use towards a client, and what is under way under each. Identifiers are given out
 * in turn, so that what is in use lies close together: a table of about twice that size, indexed by the identifier's low
 * bits, holds it.
 */
final class PacketIds {
  private static final int HIGHEST = 65_535;
  private static final int INITIAL = 16;

  /** The table of those to whom nothing was sent that has an identifier. */
  private static final @Nullable Flight[] NONE = {null};

  private static final int LARGEST = 65_536;

  /** What is under way under one identifier. */
  static final class Flight {
    final int id;
    final int qos;
    final long order;
    final @Nullable MqttConsumer from;
    /** The message, until the client has it. */
    @Nullable
    Delivery delivery;

    /** What the message was, once the client has it and only the end of the handshake is open. */
    @Nullable
    Sent released;

    Flight(int id, int qos, long order, @Nullable MqttConsumer from, @Nullable Delivery delivery) {
      this.id = id;
      this.qos = qos;
      this.order = order;
      this.from = from;
      this.delivery = delivery;
    }
  }

  private @Nullable Flight[] flights = NONE;
  private int size;
  private int last;
  private long orders;
  private Set<Integer> reserved = Set.of();

  /** Goes on behind an identifier. */
  void startAfter(int id) {
    last = id;
  }

  /** Keeps identifiers from being given out; the set may change. */
  void reserve(Set<Integer> ids) {
    reserved = ids;
  }

  /** The identifier given out last. */
  int last() {
    return last;
  }

  int size() {
    return size;
  }

  @Nullable
  Flight get(int id) {
    Flight flight = flights[id & (flights.length - 1)];
    return flight != null && flight.id == id ? flight : null;
  }

  /** Puts a message under the next identifier that is free. */
  Flight add(int qos, MqttConsumer from, Delivery delivery) {
    if (2 * size + 1 >= flights.length && flights.length < LARGEST) {
      grow();
    }
    do {
      last = last == HIGHEST ? 1 : last + 1;
    } while (flights[last & (flights.length - 1)] != null || reserved.contains(last));
    return put(new Flight(last, qos, orders++, from, delivery));
  }

  /** Puts something under the identifier that it had on a connection before. */
  Flight restore(int id, int qos, @Nullable MqttConsumer from, @Nullable Delivery delivery) {
    while (flights == NONE || flights[id & (flights.length - 1)] != null) {
      if (flights.length == LARGEST) {
        throw new IllegalStateException("packet identifier " + id + " is in use");
      }
      grow();
    }
    return put(new Flight(id, qos, orders++, from, delivery));
  }

  private Flight put(Flight flight) {
    flights[flight.id & (flights.length - 1)] = flight;
    size++;
    return flight;
  }

  void remove(Flight flight) {
    flights[flight.id & (flights.length - 1)] = null;
    size--;
  }

  /** Everything that is under way, in the order in which it was sent. */
  List<Flight> all() {
    List<Flight> all = new ArrayList<>(size);
    for (Flight flight : flights) {
      if (flight != null) {
        all.add(flight);
      }
    }
    all.sort((one, other) -> Long.compare(one.order, other.order));
    return all;
  }

  private void grow() {
    @Nullable Flight[] before = flights;
    @Nullable Flight[] wider = new Flight[Math.max(INITIAL, 2 * before.length)];
    for (Flight flight : before) {
      if (flight != null) {
        // Two that did not meet in the smaller table do not meet in the larger one.
        wider[flight.id & (wider.length - 1)] = flight;
      }
    }
    flights = wider;
  }
}
