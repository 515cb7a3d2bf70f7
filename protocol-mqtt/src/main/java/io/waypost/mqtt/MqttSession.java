package io.waypost.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of a session (section 4.1) apart from its messages, which are in its queue. Handed from hand to hand: it
 * belongs to the loop of the connection that has the session, and to that of {@link MqttSessions} while none has.
 */
final class MqttSession {
  /** {@link #expiry} of a session that never ends by itself. */
  static final long NEVER = 0xFFFF_FFFFL;

  /** {@link Sent#packetId} of a message that the client has for good: only its queue may not know that yet. */
  static final int NO_IDENTIFIER = 0;

  private static final int FORMAT = 2;

  /** Without an exchange: there was but one. */
  private static final int FIRST_FORMAT = 1;

  private static final char STAMP_PART = '\0';
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * A message that was sent and not answered for when the connection ended.
   *
   * @param queue the queue that it came from
   * @param position its number there
   * @param packetId under which it was sent, or {@link #NO_IDENTIFIER}
   * @param qos with which it was sent
   */
  record Sent(String queue, long position, int packetId, int qos) {}

  private final SessionKey key;
  private long expiry;
  private boolean queued;
  private String exchange = MqttSettings.EXCHANGE.defaultValue();
  private int lastPacketId;
  private Map<String, Subscription> subscriptions = Map.of();
  private List<Sent> sent = List.of();
  private List<Sent> released = List.of();
  private @Nullable Set<Integer> received;
  private Set<Integer> arriving = Set.of();

  /** Tells it from other sessions of the same client. */
  private long born = RANDOM.nextLong();

  private long stamps = RANDOM.nextLong();
  private Map<Integer, String> offered = Map.of();
  private List<String> spent = List.of();

  MqttSession(SessionKey key) {
    this.key = key;
  }

  SessionKey key() {
    return key;
  }

  /** Seconds that the session outlives its connection; {@link #NEVER}: for ever. */
  long expiry() {
    return expiry;
  }

  void expiry(long seconds) {
    expiry = seconds;
  }

  /** Whether it outlives its connection. */
  boolean persistent() {
    return expiry > 0;
  }

  /** Whether it has a queue: since its first subscription. */
  boolean queued() {
    return queued;
  }

  void queued(boolean has) {
    queued = has;
  }

  /** Where its subscriptions are bound. */
  String exchange() {
    return exchange;
  }

  void exchange(String name) {
    exchange = name;
  }

  /** The packet identifier given out last. */
  int lastPacketId() {
    return lastPacketId;
  }

  void lastPacketId(int id) {
    lastPacketId = id;
  }

  /** The subscriptions by their filters. */
  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  void put(Subscription subscription) {
    String filter = subscription.filter();
    boolean only =
        subscriptions.isEmpty() || (subscriptions.size() == 1 && subscriptions.containsKey(filter));
    if (only) {
      // Most sessions have one, and many sessions wait: a fourth of the memory.
      subscriptions = Map.of(filter, subscription);
      return;
    }
    if (subscriptions.size() == 1) {
      subscriptions = new LinkedHashMap<>(subscriptions);
    }
    subscriptions.put(filter, subscription);
  }

  void remove(String filter) {
    if (!subscriptions.containsKey(filter)) {
      return;
    }
    if (subscriptions.size() == 1) {
      subscriptions = Map.of();
      return;
    }
    subscriptions.remove(filter);
    if (subscriptions.size() == 1) {
      subscriptions = Map.copyOf(subscriptions);
    }
  }

  /** What was sent and is not answered for, in the order in which it was sent. */
  List<Sent> sent() {
    return sent;
  }

  void sent(List<Sent> unanswered) {
    sent = List.copyOf(unanswered);
  }

  /** Messages with QoS 2 that the client has: those whose PUBREL is not answered, in the order in which they were sent. */
  List<Sent> released() {
    return released;
  }

  void released(List<Sent> unanswered) {
    released = List.copyOf(unanswered);
  }

  /** Whether a message with QoS 2 came under that identifier and has not been released. */
  boolean hasReceived(int id) {
    return (received != null && received.contains(id)) || arriving.contains(id);
  }

  /**
   * A message with QoS 2 came, and nobody knows yet whether the queues have it: what is kept does not speak of it before
   * that is so.
   */
  void addArriving(int id) {
    if (arriving.isEmpty()) {
      arriving = new HashSet<>(8);
    }
    arriving.add(id);
  }

  /** It is known what became of it. */
  void arrived(int id, boolean taken) {
    arriving.remove(id);
    if (taken) {
      addReceived(id);
    }
  }

  void addReceived(int id) {
    if (received == null) {
      received = new HashSet<>(8);
    }
    received.add(id);
  }

  /** Whether the identifier was there. */
  boolean removeReceived(int id) {
    boolean there = received != null && received.remove(id);
    if (there && received != null && received.isEmpty()) {
      received = null;
    }
    return there;
  }

  // --- stamps: by what a message with QoS 2 is known that its client sends again after a crash

  /**
   * The stamp of a message that the client sends.
   *
   * @param again whether the client may have sent it before
   */
  String stamp(int packetId, boolean again) {
    String before = offered.isEmpty() ? null : offered.remove(packetId);
    if (before != null && again) {
      return before;
    }
    if (before != null) {
      spend(before);
    }
    return stampPrefix() + packetId + STAMP_PART + Long.toHexString(stamps++);
  }

  /** What the stamps of its messages begin with. */
  String stampPrefix() {
    return key.note() + STAMP_PART + Long.toHexString(born) + STAMP_PART;
  }

  /** What a session's {@link #stampPrefix()} is if the stamp is one of its; empty if it is no session's. */
  static String stampPrefix(String stamp) {
    int end = stamp.lastIndexOf(STAMP_PART);
    return end < 1 ? "" : stamp.substring(0, stamp.lastIndexOf(STAMP_PART, end - 1) + 1);
  }

  /** A message was stored under that stamp before a crash, as far as anybody knows; false if it is another session's. */
  boolean offers(String stamp) {
    String prefix = stampPrefix();
    int end = stamp.lastIndexOf(STAMP_PART);
    if (!stamp.startsWith(prefix) || end < prefix.length()) {
      return false;
    }
    if (offered.isEmpty()) {
      offered = new HashMap<>(4);
    }
    String other = offered.put(Integer.valueOf(stamp.substring(prefix.length(), end)), stamp);
    if (other != null) {
      spend(other);
    }
    return true;
  }

  /** Nothing will be known by that stamp once the state is kept. */
  void spend(String stamp) {
    if (spent.isEmpty()) {
      spent = new ArrayList<>(4);
    }
    spent.add(stamp);
  }

  /** The stamps that are spent, once. */
  List<String> takeSpent() {
    List<String> all = spent;
    spent = List.of();
    return all;
  }

  /** The session ends: all stamps are spent. */
  void spendAll() {
    offered.values().forEach(this::spend);
    offered = Map.of();
  }

  // --- as bytes

  /**
   * The whole as bytes.
   *
   * @param endsAt when it ends, in milliseconds since 1970; 0 while it does not
   * @param will what is to be published when the client does not come back, or null
   * @param willAt when, in milliseconds since 1970; 0 while the client is there
   */
  byte[] encode(long endsAt, @Nullable Will will, long willAt) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      text(out, key.virtualHost());
      text(out, key.clientId());
      text(out, exchange);
      out.writeLong(expiry);
      out.writeLong(endsAt);
      out.writeBoolean(queued);
      out.writeLong(born);
      out.writeShort(lastPacketId);
      out.writeInt(subscriptions.size());
      for (Subscription one : subscriptions.values()) {
        text(out, one.filter());
        out.writeByte(one.qos() | (one.noLocal() ? 4 : 0) | (one.retainAsPublished() ? 8 : 0));
        out.writeInt(one.identifier());
      }
      sent(out, sent);
      sent(out, released);
      ids(out, received == null ? List.of() : List.copyOf(received));
      out.writeBoolean(will != null);
      if (will != null) {
        out.writeLong(willAt);
        NotedWill.write(out, will);
      }
    } catch (IOException impossible) {
      throw new IllegalStateException("memory is no device", impossible);
    }
    return bytes.toByteArray();
  }

  /**
   * What {@link #encode} wrote.
   *
   * @param session the session
   * @param endsAt when it ends, in milliseconds since 1970; 0 when its connection was there
   * @param will what is to be published when the client does not come back, or null
   * @param willAt when, in milliseconds since 1970; 0 when its connection was there
   */
  record Noted(MqttSession session, long endsAt, @Nullable Will will, long willAt) {}

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException if it is something else
   */
  static Noted decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    int format = in.readByte();
    if (format != FORMAT && format != FIRST_FORMAT) {
      throw new IOException("not a session of format " + FORMAT);
    }
    MqttSession session = new MqttSession(new SessionKey(text(in), text(in)));
    if (format != FIRST_FORMAT) {
      session.exchange = text(in);
    }
    session.expiry = in.readLong();
    final long endsAt = in.readLong();
    session.queued = in.readBoolean();
    session.born = in.readLong();
    session.lastPacketId = in.readUnsignedShort();
    for (int left = in.readInt(); left > 0; left--) {
      String filter = text(in);
      int options = in.readByte();
      session.put(Subscription.of(
          filter, options & 3, (options & 4) != 0, (options & 8) != 0, in.readInt()));
    }
    session.sent = session.sent(in);
    session.released = session.sent(in);
    ids(in).forEach(session::addReceived);
    if (!in.readBoolean()) {
      return new Noted(session, endsAt, null, 0);
    }
    long willAt = in.readLong();
    return new Noted(session, endsAt, NotedWill.read(in, session.key), willAt);
  }

  private void sent(DataOutputStream out, List<Sent> unanswered) throws IOException {
    out.writeInt(unanswered.size());
    for (Sent one : unanswered) {
      // Its own queue, as nearly always, has no need of a name.
      text(out, one.queue().equals(key.queue()) ? "" : one.queue());
      out.writeLong(one.position());
      out.writeShort(one.packetId());
      out.writeByte(one.qos());
    }
  }

  private List<Sent> sent(DataInputStream in) throws IOException {
    List<Sent> unanswered = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      String queue = text(in);
      unanswered.add(new Sent(
          queue.isEmpty() ? key.queue() : queue,
          in.readLong(),
          in.readUnsignedShort(),
          in.readByte()));
    }
    return List.copyOf(unanswered);
  }

  private static void ids(DataOutputStream out, List<Integer> ids) throws IOException {
    out.writeInt(ids.size());
    for (int id : ids) {
      out.writeShort(id);
    }
  }

  private static List<Integer> ids(DataInputStream in) throws IOException {
    List<Integer> ids = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      ids.add(in.readUnsignedShort());
    }
    return ids;
  }

  static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
