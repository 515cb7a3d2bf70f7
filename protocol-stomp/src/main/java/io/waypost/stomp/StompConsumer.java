package io.waypost.stomp;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.stomp.selector.Selector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: writes deliveries as MESSAGE frames, and keeps its credit with the queue within its prefetch. Credit
 * that settlements free goes back once, at the end of the turn.
 */
final class StompConsumer implements Consumer, Runnable {
  private final StompConnection connection;
  private final String id;
  private final AckMode mode;
  private final int prefetch;
  private final String idPrefix;
  private final byte[] encodedId;
  private final byte[] encodedPrefix;
  private final @Nullable Selector selector;
  private final boolean asTopics;
  private final Unsettled unsettled = new Unsettled();

  private @Nullable ConsumerHandle handle;

  /** Deliveries that the queue may still send; {@link ConsumerHandle#UNLIMITED} when nothing limits them. */
  private int credit;

  private long highestSettled;
  private boolean scheduled;

  /**
   * A subscription without a queue yet.
   *
   * @param id as the client named it
   * @param tag as operators see it
   * @param prefetch the most unsettled deliveries, 0 for no limit
   * @param selector which messages it wants; null for all
   * @param asTopics whether destinations are told as topics of MQTT
   */
  StompConsumer(
      StompConnection connection,
      String id,
      String tag,
      AckMode mode,
      int prefetch,
      @Nullable Selector selector,
      boolean asTopics) {
    this.connection = connection;
    this.id = id;
    this.mode = mode;
    this.prefetch = mode == AckMode.AUTO ? 0 : prefetch;
    this.selector = selector;
    this.asTopics = asTopics;
    this.idPrefix = tag + "@@" + connection.sessionId() + "@@";
    this.encodedId = connection.frames().encoded(id);
    this.encodedPrefix = connection.frames().encoded(idPrefix);
  }

  String id() {
    return id;
  }

  /** What the ids of its messages begin with. */
  String idPrefix() {
    return idPrefix;
  }

  AckMode mode() {
    return mode;
  }

  int prefetch() {
    return prefetch;
  }

  Unsettled unsettled() {
    return unsettled;
  }

  /** Whether a cumulative acknowledgement has covered that number. */
  boolean isCovered(long number) {
    return mode == AckMode.CLIENT && number <= highestSettled;
  }

  void covered(long number) {
    highestSettled = Math.max(highestSettled, number);
  }

  /** Attached: the first deliveries may come. */
  void attached(ConsumerHandle with) {
    handle = with;
    grantCredit();
  }

  /** Detaches it; again is harmless. */
  CompletionStage<Void> cancel() {
    ConsumerHandle leaving = handle;
    handle = null;
    return leaving == null ? CompletableFuture.completedFuture(null) : leaving.cancel();
  }

  @Override
  public void deliver(Delivery delivery) {
    if (credit != ConsumerHandle.UNLIMITED) {
      credit--;
    }
    if (!connection.isServing() && mode != AckMode.AUTO) {
      delivery.settle(Settlement.RELEASE);
      return;
    }
    if (selector != null && !selector.matches(delivery.message())) {
      // The queue is this subscription's own: nobody else wants the message.
      delivery.settle(Settlement.ACCEPT);
      wantCredit();
      return;
    }
    long number = connection.nextDelivery();
    boolean ack = mode != AckMode.AUTO;
    connection
        .frames()
        .message(
            encodedId,
            encodedPrefix,
            number,
            ack,
            delivery.redelivered(),
            asTopics,
            delivery.message());
    if (ack) {
      unsettled.add(number, delivery);
    }
  }

  @Override
  public void cancelled(ErrorCode why) {
    handle = null;
    connection.cancelled(this, why);
  }

  /** Looks at the end of the turn whether there is credit to grant. */
  void wantCredit() {
    if (!scheduled && credit != ConsumerHandle.UNLIMITED) {
      scheduled = true;
      connection.loop().atTurnEnd(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    grantCredit();
  }

  private void grantCredit() {
    if (handle == null) {
      return;
    }
    int room = prefetch == 0 ? ConsumerHandle.UNLIMITED : Math.max(0, prefetch - unsettled.count());
    if (room > credit) {
      // Counted first: where queue and connection share a loop, deliveries come within the call.
      int more = room == ConsumerHandle.UNLIMITED ? room : room - credit;
      credit = room;
      handle.addCredit(more);
    }
  }
}
