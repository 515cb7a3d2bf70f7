package io.waypost.mqtt;

import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Packets take effect in the order in which they came: while one of them waits for the broker (CONNECT, SUBSCRIBE,
 * UNSUBSCRIBE) those behind it wait, and the socket is not read: what waits is what was in the socket's last buffer.
 */
final class PacketOrder {
  private final Reading reading;
  private final Consumer<Object> performer;
  private @Nullable ArrayDeque<Object> waiting;
  private boolean busy;

  /**
   * Nothing is waited for.
   *
   * @param performer what is done with a packet whose turn it is; releases it
   */
  PacketOrder(Reading reading, Consumer<Object> performer) {
    this.reading = reading;
    this.performer = performer;
  }

  /** A packet came: its turn is now, or behind those that wait. */
  void came(Object packet) {
    ArrayDeque<Object> behind = waiting;
    if (!busy && behind == null) {
      performer.accept(packet);
      return;
    }
    if (behind == null) {
      behind = new ArrayDeque<>();
      waiting = behind;
    }
    behind.add(packet);
  }

  /** The packet that is performed waits for the broker. */
  void busy() {
    busy = true;
    reading.pause(Reading.BUSY);
  }

  /** It has what it waited for: the next ones follow. */
  void idle() {
    busy = false;
    while (!busy && waiting != null) {
      Object next = waiting.poll();
      if (waiting.isEmpty()) {
        waiting = null;
      }
      if (next != null) {
        performer.accept(next);
      }
    }
    if (!busy) {
      reading.resume(Reading.BUSY);
    }
  }

  /** Drops what waits. */
  void end() {
    ArrayDeque<Object> dropped = waiting;
    waiting = null;
    busy = false;
    if (dropped != null) {
      dropped.forEach(ReferenceCountUtil::release);
    }
  }
}
