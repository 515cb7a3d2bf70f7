package io.waypost.mqtt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
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

  private static final int FORMAT = 1;

  /**
   * A message that was sent and not answered for when the connection ended.
   *
   * @param queue the queue that it came from
   * @param position its number there
   * @param packetId under which it was sent
   * @param qos with which it was sent
   */
  record Sent(String queue, long position, int packetId, int qos) {}

  private final SessionKey key;
  private long expiry;
  private boolean queued;
  private int lastPacketId;
  private Map<String, Subscription> subscriptions = Map.of();
  private List<Sent> sent = List.of();
  private List<Sent> released = List.of();
  private @Nullable Set<Integer> received;

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
    if (subscriptions.isEmpty()) {
      subscriptions = new LinkedHashMap<>(4);
    }
    subscriptions.put(subscription.filter(), subscription);
  }

  void remove(String filter) {
    if (!subscriptions.isEmpty()
        && subscriptions.remove(filter) != null
        && subscriptions.isEmpty()) {
      subscriptions = Map.of();
    }
  }

  /** What was sent and is not answered for, in the order in which it was sent. */
  List<Sent> sent() {
    return sent;
  }

  void sent(List<Sent> unanswered) {
    sent = List.copyOf(unanswered);
  }

  /** Messages with QoS 2 whose PUBREL is not answered, in the order in which they were sent. */
  List<Sent> released() {
    return released;
  }

  void released(List<Sent> unanswered) {
    released = List.copyOf(unanswered);
  }

  /** Whether a message with QoS 2 came under that identifier and has not been released. */
  boolean hasReceived(int id) {
    return received != null && received.contains(id);
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

  /**
   * The whole as bytes.
   *
   * @param endsAt when it ends, in milliseconds since 1970; 0 while it does not
   */
  byte[] encode(long endsAt) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      text(out, key.virtualHost());
      text(out, key.clientId());
      out.writeLong(expiry);
      out.writeLong(endsAt);
      out.writeBoolean(queued);
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
   */
  record Noted(MqttSession session, long endsAt) {}

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IOException if it is something else
   */
  static Noted decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readByte() != FORMAT) {
      throw new IOException("not a session of format " + FORMAT);
    }
    MqttSession session = new MqttSession(new SessionKey(text(in), text(in)));
    session.expiry = in.readLong();
    final long endsAt = in.readLong();
    session.queued = in.readBoolean();
    session.lastPacketId = in.readUnsignedShort();
    for (int left = in.readInt(); left > 0; left--) {
      String filter = text(in);
      int options = in.readByte();
      session.put(Subscription.of(
          filter, options & 3, (options & 4) != 0, (options & 8) != 0, in.readInt()));
    }
    session.sent = sent(in);
    session.released = sent(in);
    ids(in).forEach(session::addReceived);
    return new Noted(session, endsAt);
  }

  private static void sent(DataOutputStream out, List<Sent> unanswered) throws IOException {
    out.writeInt(unanswered.size());
    for (Sent one : unanswered) {
      text(out, one.queue());
      out.writeLong(one.position());
      out.writeShort(one.packetId());
      out.writeByte(one.qos());
    }
  }

  private static List<Sent> sent(DataInputStream in) throws IOException {
    List<Sent> unanswered = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      unanswered.add(new Sent(text(in), in.readLong(), in.readUnsignedShort(), in.readByte()));
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

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), java.nio.charset.StandardCharsets.UTF_8);
  }
}
