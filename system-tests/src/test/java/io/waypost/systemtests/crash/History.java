package io.waypost.systemtests.crash;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What happened to each message, for people who have to find out what went wrong. Not safe for several threads. */
final class History {
  private final Map<MessageId, List<Event>> events = new HashMap<>();
  private final List<Event> runs = new ArrayList<>();
  private final long zero = System.nanoTime();

  /** What may happen. */
  enum Step {
    STARTED,
    KILLED,
    STOPPED,
    PUBLISHED,
    COMMITTING,
    CONFIRMED,
    REFUSED,
    TAKEN_BACK,
    IN_DOUBT,
    DELIVERED,
    REDELIVERED,
    ACK,
    REJECT,
    REQUEUE,
    PURGE,
    SETTLED,
    FAULT
  }

  private record Event(int run, int millis, Step step, String where) {}

  /** Notes what happened to a message. */
  void add(int run, MessageId id, Step step, String where) {
    events
        .computeIfAbsent(id, any -> new ArrayList<>(4))
        .add(new Event(run, millis(), step, where));
  }

  /** Notes what happened to the broker. */
  void add(int run, Step step) {
    runs.add(new Event(run, millis(), step, ""));
  }

  /** Whether anything is known of a message. */
  boolean knows(MessageId id) {
    return events.containsKey(id);
  }

  /** Forgets a message about which nobody will ask. */
  void forget(MessageId id) {
    events.remove(id);
  }

  /** The story of a message, a line for each thing that happened to it or to the broker since it was published. */
  String of(MessageId id) {
    List<Event> own = events.getOrDefault(id, List.of());
    if (own.isEmpty()) {
      return "  nothing is known of " + id;
    }
    List<Event> all = new ArrayList<>(own);
    runs.stream().filter(each -> each.millis >= own.get(0).millis).forEach(all::add);
    all.sort((one, other) -> Integer.compare(one.millis, other.millis));
    StringBuilder text = new StringBuilder();
    for (Event event : all) {
      text.append(
          "  %8d ms  run %3d  %s %s%n".formatted(event.millis, event.run, event.step, event.where));
    }
    return text.toString().stripTrailing();
  }

  private int millis() {
    return (int) ((System.nanoTime() - zero) / 1_000_000);
  }
}
