package io.waypost.architecture;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A package under the root, with its subpackages. */
enum Room {
  MESSAGE,
  LOOP,
  PATTERN,
  TOPIC,
  BROKER,
  ROUTING,
  STORE,
  SECURITY,
  POLICY,
  ROUTES,
  QUEUE,
  ENGINE,
  TRANSPORT,
  AMQP,
  MQTT,
  STOMP,
  WS,
  MANAGEMENT,
  DISTRIBUTION;

  /** The rooms of the module that has no sockets. */
  static final Set<Room> CORE = Set.copyOf(EnumSet.range(MESSAGE, ENGINE));

  /** The rooms that this one may see besides itself. */
  Set<Room> sees() {
    return switch (this) {
      case MESSAGE, LOOP, PATTERN, TOPIC -> Set.of();
      case BROKER -> Set.of(MESSAGE, LOOP);
      case ROUTING -> Set.of(MESSAGE);
      case STORE -> Set.of(MESSAGE, LOOP, BROKER);
      // Users and permissions are definitions, and those are kept in the store.
      case SECURITY -> Set.of(MESSAGE, LOOP, BROKER, STORE, PATTERN);
      case POLICY -> Set.of(MESSAGE, BROKER, PATTERN);
      case ROUTES -> Set.of(MESSAGE, BROKER, TOPIC, ROUTING);
      case QUEUE -> Set.of(MESSAGE, LOOP, BROKER, STORE);
      case ENGINE -> CORE;
      case TRANSPORT -> Set.of(MESSAGE, LOOP, TOPIC, BROKER);
      case AMQP, MQTT, STOMP, WS -> Set.of(MESSAGE, LOOP, TOPIC, BROKER, TRANSPORT);
      case MANAGEMENT -> Set.of(MESSAGE, LOOP, BROKER, ENGINE);
      case DISTRIBUTION -> EnumSet.allOf(Room.class);
    };
  }

  /** The room with its subpackages, as ArchUnit writes it. */
  String in(String root) {
    return root + "." + name().toLowerCase(Locale.ROOT) + "..";
  }
}
