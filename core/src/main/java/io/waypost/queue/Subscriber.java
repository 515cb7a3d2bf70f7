package io.waypost.queue;

import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import java.util.ArrayList;
import java.util.List;

/**
 * A session as the queues see it: who consumes, on which loop, and whether its connection takes output. The identity is
 * shared; everything that changes belongs to the session's loop.
 */
public final class Subscriber {
  private final long session;
  private final Loop loop;
  private final String connection;
  private final String user;
  private final List<Courier> couriers = new ArrayList<>(0);
  private final List<Courier> reporting = new ArrayList<>(0);
  private final Runnable sendReports = this::sendReports;
  private boolean writable = true;
  private boolean ended;
  private final Tally delivered = new Tally();

  /**
   * A session that consumes nothing yet.
   *
   * @param session its number
   * @param loop its loop
   * @param connection its connection's name
   * @param user its user's name
   */
  public Subscriber(long session, Loop loop, String connection, String user) {
    this.session = session;
    this.loop = loop;
    this.connection = connection;
    this.user = user;
  }

  /** The session's number. */
  public long session() {
    return session;
  }

  /** The session's loop. */
  public Loop loop() {
    return loop;
  }

  /** The connection's name. */
  public String connection() {
    return connection;
  }

  /** The user's name. */
  public String user() {
    return user;
  }

  /** How many messages were delivered to the session. Any thread. */
  public long delivered() {
    return delivered.get();
  }

  /** How many consumers are attached. On the session's loop. */
  public int consumers() {
    return couriers.size();
  }

  /** Holds deliveries back, or lets them flow again. On the session's loop. */
  public void writable(boolean now) {
    assert loop.inLoop();
    if (writable == now || ended) {
      return;
    }
    writable = now;
    if (now) {
      for (Courier courier : List.copyOf(couriers)) {
        courier.resume();
      }
    }
  }

  /**
   * Passes no delivery on any more: the session is closing. What its consumers settled before is on its way to the
   * queues when this returns. On the session's loop.
   */
  public void end() {
    sendReports();
    ended = true;
    writable = false;
    for (Courier courier : List.copyOf(couriers)) {
      courier.end();
    }
  }

  /** Has a courier's report sent when the turn ends, or earlier if the session does. */
  void reportAtTurnEnd(Courier courier) {
    if (reporting.isEmpty()) {
      loop.atTurnEnd(sendReports);
    }
    reporting.add(courier);
  }

  private void sendReports() {
    for (Courier courier : reporting) {
      courier.sendReport();
    }
    reporting.clear();
  }

  boolean isWritable() {
    return writable;
  }

  void countDelivery() {
    delivered.add(1);
  }

  void add(Courier courier) {
    couriers.add(courier);
  }

  void remove(Courier courier) {
    couriers.remove(courier);
  }
}
