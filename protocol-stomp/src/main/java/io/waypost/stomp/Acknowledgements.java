package io.waypost.stomp;

import io.waypost.broker.Delivery;
import io.waypost.broker.Settlement;
import io.waypost.stomp.Unsettled.Taken;
import io.waypost.stomp.codec.Frame;
import io.waypost.stomp.codec.HeaderName;
import io.waypost.stomp.codec.StompVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries out ACK and NACK. A message's id ends with its number on the connection; what stands before it names the
 * subscription. Subscriptions that have ended can still acknowledge what they were sent.
 */
final class Acknowledgements {
  private final StompConnection connection;
  private final Map<String, StompConsumer> byPrefix = new HashMap<>(4);
  private final List<StompConsumer> ended = new ArrayList<>(0);
  private @Nullable StompConsumer last;

  Acknowledgements(StompConnection connection) {
    this.connection = connection;
  }

  void add(StompConsumer consumer) {
    byPrefix.put(consumer.idPrefix(), consumer);
  }

  void remove(StompConsumer consumer) {
    byPrefix.remove(consumer.idPrefix(), consumer);
    last = null;
    ended.removeIf(gone -> gone.unsettled().count() == 0);
    if (consumer.unsettled().count() > 0) {
      ended.add(consumer);
    }
  }

  void ack(Frame frame, byte @Nullable [] receipt) {
    settle(frame, Settlement.ACCEPT);
    connection.done(receipt);
  }

  void nack(Frame frame, byte @Nullable [] receipt) {
    if (!connection.version().isLaterThan10()) {
      throw new StompException("Bad command", "there is no NACK in STOMP 1.0");
    }
    boolean requeue =
        FrameHeaders.flag(frame, HeaderName.REQUEUE, connection.settings().nackRequeue());
    settle(frame, requeue ? Settlement.REQUEUE : Settlement.DEAD_LETTER);
    connection.done(receipt);
  }

  private void settle(Frame frame, Settlement how) {
    boolean byId = connection.version() == StompVersion.V1_2;
    String id = FrameHeaders.required(frame, byId ? HeaderName.ID : HeaderName.MESSAGE_ID);
    if (connection.version() == StompVersion.V1_1) {
      FrameHeaders.required(frame, HeaderName.SUBSCRIPTION);
    }
    Transaction transaction = connection.transactions().of(frame);
    int end = id.lastIndexOf("@@") + 2;
    long number = end < 2 ? -1 : number(id, end);
    StompConsumer consumer = number < 0 ? null : consumer(id, end, number);
    if (consumer == null) {
      throw new StompException(
          "Message not found", "no message '" + id + "' waits for an acknowledgement");
    }
    if (transaction != null) {
      transaction.countFrame();
    }
    if (consumer.mode() == AckMode.CLIENT) {
      consumer.covered(number);
      for (Taken taken = consumer.unsettled().takeOldest(number);
          taken != null;
          taken = consumer.unsettled().takeOldest(number)) {
        settle(consumer, taken, how, transaction);
      }
    } else {
      Delivery delivery = consumer.unsettled().take(number);
      if (delivery != null) {
        settle(consumer, new Taken(number, delivery), how, transaction);
      }
    }
  }

  private static void settle(
      StompConsumer consumer, Taken taken, Settlement how, @Nullable Transaction transaction) {
    if (transaction != null) {
      transaction.add(consumer, taken, how);
    } else {
      taken.delivery().settle(how);
      consumer.wantCredit();
    }
  }

  /** Who was sent that message and has it still, or null. */
  private @Nullable StompConsumer consumer(String id, int end, long number) {
    StompConsumer known = last;
    if (known == null || known.idPrefix().length() != end || !id.startsWith(known.idPrefix())) {
      known = byPrefix.get(id.substring(0, end));
      last = known;
    }
    if (known != null && has(known, number)) {
      return known;
    }
    for (StompConsumer gone : ended) {
      if (id.startsWith(gone.idPrefix()) && has(gone, number)) {
        return gone;
      }
    }
    return null;
  }

  private static boolean has(StompConsumer consumer, long number) {
    return consumer.unsettled().contains(number) || consumer.isCovered(number);
  }

  private static long number(String id, int from) {
    try {
      return Long.parseLong(id, from, id.length(), 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
