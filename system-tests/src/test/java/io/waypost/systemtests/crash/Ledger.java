package io.waypost.systemtests.crash;

import io.waypost.systemtests.crash.Copy.Settlement;
import io.waypost.systemtests.crash.Fault.Kind;
import io.waypost.systemtests.crash.History.Step;
import io.waypost.systemtests.crash.Message.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the broker was given, what it promised and what it gave back; it notices at once when that does not fit. Safe for
 * several threads.
 *
 * <p>The rules are those of the promise: a confirmed persistent message is there until a consumer has dealt with it. What
 * a consumer said is certain when the broker has answered a later question on the same channel; that survives a clean
 * stop always, and a crash if it is older than {@link #FLUSHED_AFTER}. What comes a second time is flagged;
 * what comes for the first time may be after a crash, but not otherwise.
 */
final class Ledger {
  /** How old an acknowledgement may be and still be forgotten in a crash; the broker flushes far more often. */
  static final long FLUSHED_AFTER = TimeUnit.SECONDS.toNanos(2);

  private static final int MOST_FAULTS = 10;

  /** How a run of the broker ends. */
  enum End {
    /** Not at all: only the clients have said goodbye. */
    GOES_ON,
    /** With SIGKILL. */
    KILLED,
    /** As an operator ends it, while clients are at work. */
    STOPPED,
    /** As an operator ends it, after all clients have said goodbye. */
    STOPPED_IN_PEACE
  }

  private final History history = new History();
  private final Map<MessageId, Message> messages = new HashMap<>();
  private final Map<String, QueueLedger> queues = new HashMap<>();
  private final Map<String, List<QueueLedger>> sources = new HashMap<>();
  private final List<Integer> kills = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private int run;

  /** An empty ledger for these queues; others are plain. */
  Ledger(Collection<Lane> lanes) {
    lanes.forEach(this::open);
  }

  private QueueLedger open(Lane lane) {
    QueueLedger queue = new QueueLedger(lane, (kind, copy) -> fault(kind, copy, lane.queue()));
    queues.put(lane.queue(), queue);
    String dead = lane.deadLetters();
    if (dead != null) {
      sources.computeIfAbsent(dead, any -> new ArrayList<>()).add(queue);
    }
    return queue;
  }

  private QueueLedger queue(String name) {
    QueueLedger queue = queues.get(name);
    return queue == null ? open(Lane.plain(name, 0)) : queue;
  }

  /** The broker starts. */
  synchronized void started() {
    run++;
    history.add(run, Step.STARTED);
  }

  /**
   * A message is about to be published.
   *
   * @param delayMillis how long the exchange keeps it
   * @param transaction whether it is not to be seen until {@link #committing}
   */
  synchronized void publishing(
      MessageId id,
      Collection<String> to,
      boolean persistent,
      int priority,
      int delayMillis,
      boolean transaction) {
    long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
    Outcome outcome = transaction ? Outcome.UNCOMMITTED : Outcome.IN_DOUBT;
    Message message = new Message(id, persistent, priority, run, due, outcome);
    messages.put(id, message);
    for (String name : to) {
      Copy copy = new Copy(message, name);
      message.copies.add(copy);
      queue(name).add(copy);
    }
    history.add(run, id, Step.PUBLISHED, to + (persistent ? "" : " transient"));
  }

  /** The broker is about to be asked to commit. */
  synchronized void committing(Collection<MessageId> ids) {
    ids.forEach(id -> outcome(id, Outcome.IN_DOUBT, Step.COMMITTING));
  }

  /** The broker said that it has it. */
  synchronized void confirmed(MessageId id) {
    outcome(id, Outcome.CONFIRMED, Step.CONFIRMED);
  }

  /** The broker said that it could not keep it. */
  synchronized void refused(MessageId id) {
    outcome(id, Outcome.REFUSED, Step.REFUSED);
  }

  /** The publisher takes it back. */
  synchronized void takenBack(MessageId id) {
    outcome(id, Outcome.TAKEN_BACK, Step.TAKEN_BACK);
  }

  private void outcome(MessageId id, Outcome outcome, Step step) {
    Message message = messages.get(id);
    if (message == null) {
      unexpected(step + " for a message that was not published: " + id);
    } else {
      message.outcome = outcome;
      history.add(run, id, step, "");
    }
  }

  /** A consumer is about to be attached to a queue during the load. */
  synchronized void attached(String queue) {
    queue(queue).attached(run);
  }

  /**
   * A consumer got something.
   *
   * @param order what this consumer got before; null if the order says nothing
   * @return which message; nothing if it can't be one of ours
   */
  synchronized Optional<MessageId> delivered(
      String queue, byte[] body, boolean flagged, @Nullable OrderWatch order) {
    Optional<MessageId> read = Body.read(body);
    if (read.isEmpty()) {
      note(new Fault(Kind.DAMAGED, "a body of " + body.length + " bytes from " + queue));
      return read;
    }
    MessageId id = read.orElseThrow();
    history.add(run, id, flagged ? Step.REDELIVERED : Step.DELIVERED, queue);
    Copy copy = locate(queue, id);
    if (copy == null) {
      Kind kind = queue(queue).isArchived(id) ? Kind.CAME_BACK : Kind.GHOST;
      note(new Fault(kind, id + " in " + queue + "\n" + history.of(id)));
      return read;
    }
    Message message = copy.message;
    if (message.outcome == Outcome.UNCOMMITTED || message.outcome == Outcome.TAKEN_BACK) {
      fault(Kind.GHOST, copy, queue);
    }
    int before = order == null ? -1 : order.next(id, message.priority);
    if (before >= 0) {
      fault(Kind.REORDERED, copy, queue + " after number " + before);
    }
    int killed = (int) kills.stream().filter(each -> each >= message.run).count();
    if (copy.queue.equals(queue)) {
      queue(queue).delivered(copy, flagged, run, killed, System.nanoTime());
    } else {
      queue(copy.queue).buried(copy, flagged, killed);
    }
    return read;
  }

  private @Nullable Copy locate(String queue, MessageId id) {
    Copy copy = queue(queue).find(id);
    if (copy != null) {
      return copy;
    }
    return sources.getOrDefault(queue, List.of()).stream()
        .map(source -> source.find(id))
        .filter(found -> found != null)
        .findFirst()
        .orElse(null);
  }

  /** A consumer is about to say something about a message. */
  synchronized void settling(String queue, MessageId id, Settlement how) {
    Copy copy = queue(queue).find(id);
    if (copy != null) {
      copy.settling(how, run);
      history.add(run, id, Step.valueOf(how.name()), queue);
    }
  }

  /** The broker has answered a question that was asked after messages of a queue were settled. */
  synchronized void understood(String queue, Collection<MessageId> ids) {
    long now = System.nanoTime();
    for (MessageId id : ids) {
      Copy copy = locate(queue, id);
      if (copy != null) {
        if (copy.queue.equals(queue)) {
          copy.understood = now;
        } else {
          copy.deadUnderstood = now;
        }
        history.add(run, id, Step.SETTLED, queue);
      }
    }
  }

  /** A queue is about to be purged, or deleted. */
  synchronized List<MessageId> purging(String queue) {
    List<MessageId> purged = queue(queue).purging(run);
    purged.forEach(id -> history.add(run, id, Step.PURGE, queue));
    return purged;
  }

  /** A queue is deleted, the broker says. */
  synchronized void deleted(String queue) {
    queue(queue).deleted();
  }

  /** All that a queue had was delivered in this run; of two, the one with dead letters comes after its source. */
  synchronized void drained(String queue) {
    QueueLedger drained = queue(queue);
    // With dead letters, only both together tell what is missing.
    if (drained.lane().deadLetters() == null) {
      drained.drained(run);
    }
    sources.getOrDefault(queue, List.of()).forEach(source -> source.missing(run));
  }

  /** Whether messages that should come from a queue have not come in this run. */
  synchronized boolean awaits(String queue) {
    QueueLedger asked = queue(queue);
    boolean limited = asked.lane().nature() == Lane.Nature.LIMITED;
    return !limited
            && asked.copies().stream().anyMatch(each -> each.due(false) && each.deliveredIn != run)
        || sources.getOrDefault(queue, List.of()).stream()
            .flatMap(source -> source.copies().stream())
            .anyMatch(each -> each.due(true) && each.deliveredIn != run);
  }

  /** Whether a message that may be in a queue was not due, by {@link System#nanoTime()}. */
  synchronized boolean hasLaterThan(String queue, long moment) {
    return queue(queue).copies().stream()
        .anyMatch(each -> !each.gone && each.message.due - moment > 0);
  }

  /**
   * The broker has ended.
   *
   * @param at when the signal was sent, by {@link System#nanoTime()}
   */
  synchronized void ended(End end, long at) {
    history.add(run, end == End.KILLED ? Step.KILLED : Step.STOPPED);
    if (end == End.KILLED) {
      kills.add(run);
    }
    for (Message message : messages.values()) {
      if (message.outcome == Outcome.UNCOMMITTED) {
        message.outcome = Outcome.TAKEN_BACK;
      }
    }
    long before = end == End.KILLED ? at - FLUSHED_AFTER : System.nanoTime();
    boolean peace = end == End.STOPPED_IN_PEACE || end == End.GOES_ON;
    for (QueueLedger queue : queues.values()) {
      queue.ended(run, peace, end != End.GOES_ON, before);
    }
    queues.values().stream().flatMap(each -> each.archive(run - 8).stream()).forEach(id -> {
      messages.remove(id);
      history.forget(id);
    });
  }

  /** Something happened that nobody asked for. */
  synchronized void unexpected(String what) {
    note(new Fault(Kind.UNEXPECTED, what));
  }

  /** What is declared is not what should be. */
  synchronized void declaration(String what) {
    note(new Fault(Kind.DECLARATION, what));
  }

  private void fault(Kind kind, Copy copy, String where) {
    history.add(run, copy.message.id, Step.FAULT, kind + " " + where);
    note(new Fault(
        kind,
        copy.message.id + " in " + where + ", " + copy.message.outcome + "\n"
            + history.of(copy.message.id)));
  }

  private void note(Fault fault) {
    faults.add(fault);
    notifyAll();
  }

  /** Waits for a fault. */
  synchronized void awaitFault(long millis) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = millis; left > 0 && faults.isEmpty(); ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  /** The broken promises, the first few of them. */
  synchronized List<Fault> faults() {
    return List.copyOf(faults.subList(0, Math.min(MOST_FAULTS, faults.size())));
  }

  /** How many promises were broken. */
  synchronized int faultCount() {
    return faults.size();
  }

  /** How many messages of each outcome are known, and how many copies should be somewhere. */
  synchronized String summary() {
    Map<Outcome, Integer> outcomes = new TreeMap<>();
    messages.values().forEach(each -> outcomes.merge(each.outcome, 1, Integer::sum));
    long due = queues.values().stream()
        .flatMap(each ->
            each.copies().stream().filter(copy -> copy.due(each.lane().deadLetters() != null)))
        .count();
    return outcomes + ", copies due " + due;
  }
}
