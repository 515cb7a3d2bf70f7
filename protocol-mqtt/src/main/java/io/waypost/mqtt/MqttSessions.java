package io.waypost.mqtt;

import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.Inspector;
import io.waypost.broker.Notes;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.loop.Tally;
import io.waypost.loop.Timer;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has which session. A session has one connection at a time: whoever connects under the same client identifier gets
 * it when the connection before has ended and given it back. Sessions without a connection wait here, until they expire;
 * so do wills that wait for their delay.
 *
 * <p>Belongs to one loop, its home; connections on other loops send tasks.
 */
final class MqttSessions implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MqttSessions.class);

  /** No timer waits longer at once; what is left is looked at then. */
  private static final long LONGEST_WAIT = TimeUnit.DAYS.toNanos(30);

  /** A connection that may have a session. */
  interface Holder {
    /** Its loop. */
    Loop loop();

    /** Somebody else wants the session: end, and give it back. On its loop. */
    void takenOver();
  }

  /**
   * What a connection gets.
   *
   * @param session the session
   * @param present whether it is one that was there before
   */
  record Grant(MqttSession session, boolean present) {}

  private record Claim(Holder holder, boolean clean, CompletableFuture<Grant> granted) {}

  private static final class Entry {
    @Nullable
    Holder holder;

    @Nullable
    Claim next;

    @Nullable
    MqttSession session;

    @Nullable
    Will will;

    @Nullable
    Timer expiry;

    @Nullable
    Timer willTimer;

    /** When the session ends, in milliseconds since 1970; 0 for never. */
    long endsAt;
  }

  private static final class Share {
    final Set<SessionKey> members = new HashSet<>(4);
    CompletionStage<?> deleted = CompletableFuture.completedFuture(null);
  }

  private final Broker broker;
  private final Loop home;
  private final Notes notes;
  private final Map<SessionKey, Entry> entries = new HashMap<>();
  private final Map<SessionKey, Share> shares = new HashMap<>();
  private final Tally count = new Tally();

  MqttSessions(Broker broker, Loop home) {
    this.broker = broker;
    this.home = home;
    this.notes = broker.notes(MqttProtocol.NAME);
    if (home.inLoop()) {
      restore();
    } else {
      home.execute(this::restore);
    }
  }

  private void restore() {
    for (Map.Entry<String, byte[]> note : notes.load().entrySet()) {
      try {
        MqttSession.Noted noted = MqttSession.decode(note.getValue());
        MqttSession session = noted.session();
        Entry entry = new Entry();
        entry.session = session;
        entry.endsAt = noted.endsAt();
        entries.put(session.key(), entry);
        count.add(1);
        session.subscriptions().values().forEach(one -> {
          if (one.isShared()) {
            String queue = one.sharedQueue(session.exchange());
            share(new SessionKey(session.key().virtualHost(), queue)).members.add(session.key());
          }
        });
        entry.will = noted.will();
        if (entry.will != null) {
          awaitWill(session.key(), entry, entry.will, noted.willAt());
        }
        if (session.expiry() != MqttSession.NEVER) {
          long whole = TimeUnit.SECONDS.toNanos(session.expiry());
          long left = noted.endsAt() == 0
              ? whole
              : TimeUnit.MILLISECONDS.toNanos(noted.endsAt() - home.clock().millis());
          expireAfter(entry, session, Math.max(0, Math.min(whole, left)));
        }
      } catch (IOException | RuntimeException e) {
        log.warn("A session is lost: its note can't be read", e);
        notes.remove(note.getKey());
      }
    }
    restoreStamps();
    sweep();
  }

  private void restoreStamps() {
    Map<String, MqttSession> byPrefix = new HashMap<>();
    for (Entry entry : entries.values()) {
      if (entry.session != null) {
        byPrefix.put(entry.session.stampPrefix(), entry.session);
      }
    }
    for (String stamp : notes.stamps()) {
      MqttSession session = byPrefix.get(MqttSession.stampPrefix(stamp));
      if (session == null || !session.offers(stamp)) {
        notes.forgetStamps(stamp);
      }
    }
  }

  /** Deletes queues that were left behind by sessions that are not there any more. */
  private void sweep() {
    Set<SessionKey> queues = new HashSet<>();
    entries.forEach((key, entry) -> {
      if (entry.session != null && entry.session.queued()) {
        queues.add(new SessionKey(key.virtualHost(), key.queue()));
      }
    });
    queues.addAll(shares.keySet());
    for (Inspector.QueueInfo queue : broker.inspector().queues(null)) {
      String name = queue.spec().name();
      boolean ours = queue.spec().kind() == QueueSpec.Kind.SESSION
          && (name.startsWith(SessionKey.QUEUE_PREFIX)
              || name.startsWith(Subscription.SHARE_PREFIX));
      if (ours && !queues.contains(new SessionKey(queue.virtualHost(), name))) {
        deleteQueue(queue.virtualHost(), name);
      }
    }
  }

  /** How many sessions there are, with a connection or without. Any thread. */
  long count() {
    return count.get();
  }

  // --- connections

  /**
   * Asks for a session.
   *
   * @param clean whether what was there before is to be forgotten
   * @return the session, on the holder's loop; fails with {@link MqttRefusal} when somebody else comes meanwhile
   */
  CompletionStage<Grant> claim(SessionKey key, Holder holder, boolean clean) {
    Claim claim = new Claim(holder, clean, new CompletableFuture<>());
    home.run(() -> {
      Entry entry = entries.computeIfAbsent(key, absent -> new Entry());
      Claim before = entry.next;
      if (before != null) {
        refuse(before);
      }
      Holder present = entry.holder;
      if (present == null) {
        grant(key, entry, claim);
      } else {
        entry.next = claim;
        if (before == null) {
          present.loop().run(present::takenOver);
        }
      }
    });
    return claim.granted;
  }

  private static void refuse(Claim claim) {
    claim
        .holder
        .loop()
        .run(() -> claim.granted.completeExceptionally(
            new MqttRefusal(Reason.SESSION_TAKEN_OVER, "the client connected anew")));
  }

  private void grant(SessionKey key, Entry entry, Claim claim) {
    entry.holder = claim.holder;
    stopTimers(entry);
    MqttSession present = entry.session;
    if (present != null && claim.clean) {
      end(key, entry);
      present = null;
    }
    entry.will = null;
    boolean found = present != null;
    MqttSession session = found ? present : new MqttSession(key);
    if (!found) {
      count.add(1);
      // One of that name may have outlived what is known of its session.
      CompletionStage<?> deleted = deleteQueue(key.virtualHost(), key.queue());
      entry.session = session;
      deleted.whenComplete((nothing, failure) -> tell(claim, session, false));
    } else {
      tell(claim, session, true);
    }
  }

  private static void tell(Claim claim, @Nullable MqttSession session, boolean present) {
    if (session == null) {
      throw new IllegalStateException("nothing to grant");
    }
    claim.holder.loop().run(() -> claim.granted.complete(new Grant(session, present)));
  }

  /**
   * Gives a session back: the connection has ended, and with it everything that it did with the session's queues.
   *
   * @param will what is to be published after its delay, or null
   */
  void release(MqttSession session, Holder holder, @Nullable Will will) {
    home.run(() -> {
      SessionKey key = session.key();
      Entry entry = entries.get(key);
      if (entry == null || entry.holder != holder) {
        throw new IllegalStateException("a session is given back by somebody who has it not");
      }
      entry.holder = null;
      entry.will = will;
      Claim next = entry.next;
      entry.next = null;
      if (!session.persistent()) {
        end(key, entry);
      }
      if (next != null) {
        grant(key, entry, next);
      } else if (entry.session == null) {
        entries.remove(key);
      } else {
        wait(entry, session, will);
      }
    });
  }

  private void wait(Entry entry, MqttSession session, @Nullable Will will) {
    long expiry = session.expiry();
    long now = home.clock().millis();
    long endsAt = expiry == MqttSession.NEVER ? 0 : now + TimeUnit.SECONDS.toMillis(expiry);
    long willAt = will == null ? 0 : now + TimeUnit.SECONDS.toMillis(will.delaySeconds());
    entry.endsAt = endsAt;
    note(session, endsAt, will, willAt);
    if (expiry != MqttSession.NEVER) {
      expireAfter(entry, session, TimeUnit.SECONDS.toNanos(expiry));
    }
    if (will != null) {
      awaitWill(session.key(), entry, will, willAt);
    }
  }

  /**
   * Publishes a will when its time has come.
   *
   * @param at that time, in milliseconds since 1970; 0 for its whole delay from now on
   */
  private void awaitWill(SessionKey key, Entry entry, Will will, long at) {
    long whole = TimeUnit.SECONDS.toNanos(will.delaySeconds());
    long left = TimeUnit.MILLISECONDS.toNanos(at - home.clock().millis());
    entry.willTimer = home.schedule(
        () -> {
          publishWill(key, entry);
          MqttSession session = entry.session;
          if (session != null && entry.holder == null) {
            note(session, entry.endsAt, null, 0);
          }
        },
        at == 0 ? whole : Math.max(0, Math.min(whole, left)));
  }

  private CompletionStage<Void> note(
      MqttSession session, long endsAt, @Nullable Will will, long willAt) {
    CompletionStage<Void> kept =
        notes.put(session.key().note(), session.encode(endsAt, will, willAt));
    // Behind what has taken their place.
    session.takeSpent().forEach(notes::forgetStamps);
    return kept;
  }

  private void expireAfter(Entry entry, MqttSession session, long nanos) {
    long deadline = home.clock().nanos() + nanos;
    entry.expiry = home.schedule(
        () -> {
          long left = deadline - home.clock().nanos();
          if (left > 0) {
            expireAfter(entry, session, left);
          } else if (entry.holder == null && entry.session == session) {
            stopTimers(entry);
            end(session.key(), entry);
            entries.remove(session.key(), entry);
          }
        },
        Math.min(nanos, LONGEST_WAIT));
  }

  private static void stopTimers(Entry entry) {
    if (entry.expiry != null) {
      entry.expiry.cancel();
      entry.expiry = null;
    }
    if (entry.willTimer != null) {
      entry.willTimer.cancel();
      entry.willTimer = null;
    }
  }

  /** Ends a session: a will that waits is published, its queue goes, its places in shares are given up. */
  private void end(SessionKey key, Entry entry) {
    MqttSession session = entry.session;
    if (session == null) {
      return;
    }
    entry.session = null;
    publishWill(key, entry);
    count.add(-1);
    notes.remove(key.note());
    session.spendAll();
    session.takeSpent().forEach(notes::forgetStamps);
    for (Subscription one : session.subscriptions().values()) {
      if (one.isShared()) {
        leaveShare(key, one.sharedQueue(session.exchange()));
      }
    }
    if (session.queued()) {
      deleteQueue(key.virtualHost(), key.queue());
    }
  }

  private void publishWill(SessionKey key, Entry entry) {
    Will will = entry.will;
    entry.will = null;
    if (will == null) {
      return;
    }
    broker
        .open(will.identity(), key.virtualHost(), will.client(), home, UNTOLD)
        .whenComplete((session, failure) -> {
          if (failure != null) {
            log.debug("The will of {} is not published", key.clientId(), failure);
            return;
          }
          try {
            will.publish(session);
          } catch (BrokerException refused) {
            log.debug("The will of {} is refused: {}", key.clientId(), refused.detail());
          }
          session.close();
        });
  }

  private static final SessionListener UNTOLD = new SessionListener() {
    @Override
    public void blocked(String reason) {}

    @Override
    public void unblocked() {}

    @Override
    public void mayPublish(boolean may) {}

    @Override
    public void closed(BrokerException why) {}
  };

  /**
   * Has a session's state kept, if it outlives its connection; completes when it is safe. On the holder's loop.
   *
   * @param will what is to be published when the client does not come back, or null
   */
  CompletionStage<Void> save(MqttSession session, @Nullable Will will) {
    if (session.persistent()) {
      return note(session, 0, will, 0);
    }
    session.takeSpent().forEach(notes::forgetStamps);
    return CompletableFuture.completedFuture(null);
  }

  /** Takes back what was kept of a session that ends with its connection now. On the holder's loop. */
  void forget(MqttSession session) {
    notes.remove(session.key().note());
  }

  // --- shares

  /**
   * Makes a session a member of a share; completes on the given loop when its queue may be declared.
   *
   * @param queue the share's queue
   */
  CompletionStage<Void> join(SessionKey member, String queue, Loop loop) {
    CompletableFuture<Void> joined = new CompletableFuture<>();
    home.run(() -> {
      Share known = share(new SessionKey(member.virtualHost(), queue));
      known.members.add(member);
      known.deleted.whenComplete((nothing, failure) -> loop.run(() -> joined.complete(null)));
    });
    return joined;
  }

  /** Takes a session out of a share. The last one to leave takes the queue with it. */
  void leave(SessionKey member, String queue) {
    home.run(() -> leaveShare(member, queue));
  }

  private void leaveShare(SessionKey member, String queue) {
    SessionKey name = new SessionKey(member.virtualHost(), queue);
    Share share = shares.get(name);
    if (share == null || !share.members.remove(member) || !share.members.isEmpty()) {
      return;
    }
    share.deleted = deleteQueue(member.virtualHost(), queue);
    share.deleted.whenComplete((nothing, failure) -> home.run(() -> {
      if (share.members.isEmpty()) {
        shares.remove(name, share);
      }
    }));
  }

  private Share share(SessionKey name) {
    return shares.computeIfAbsent(name, absent -> new Share());
  }

  private CompletionStage<?> deleteQueue(String virtualHost, String queue) {
    return broker
        .maintain(virtualHost, home)
        .thenCompose(session -> session.deleteQueue(queue, false, false))
        // Where the virtual host is gone its queues are, too.
        .exceptionally(failure -> 0);
  }

  @Override
  public void close() {
    home.execute(() -> entries.values().forEach(MqttSessions::stopTimers));
  }
}
