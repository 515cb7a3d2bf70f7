package io.waypost.mqtt;

import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A client's hold on one queue: its own, or that of a share. Credit that answers free goes back once, at the end of the
 * turn.
 */
final class MqttConsumer implements Consumer, Runnable {
  private final ServedClient client;
  private final OutboundPublishes publishes;
  private final String queue;
  private final @Nullable Subscription share;
  private @Nullable Match shareMatch;
  private @Nullable ConsumerHandle handle;
  private int freed;
  private boolean scheduled;

  /**
   * Not attached yet.
   *
   * @param share the subscription whose share's queue it is, or null for the session's own
   */
  MqttConsumer(
      ServedClient client,
      OutboundPublishes publishes,
      String queue,
      @Nullable Subscription share) {
    this.client = client;
    this.publishes = publishes;
    this.queue = queue;
    this.share = share;
  }

  String queue() {
    return queue;
  }

  boolean isShared() {
    return share != null;
  }

  /** Whether its messages will be known by their positions on the session's next client. */
  boolean keepsPositions() {
    return share == null && handle != null;
  }

  /** Attached: so many messages may come. */
  void attached(ConsumerHandle with, int credit) {
    handle = with;
    with.addCredit(credit);
  }

  /** How the client wants the message. */
  Match match(Publication publication, Message message, Matcher own) {
    if (share == null) {
      return own.match(publication, message);
    }
    Match known = shareMatch;
    if (known == null) {
      known = Match.of(List.of(share), client.room().writer());
      shareMatch = known;
    }
    return known;
  }

  @Override
  public void deliver(Delivery delivery) {
    publishes.deliver(this, delivery);
  }

  @Override
  public void cancelled(ErrorCode why) {
    handle = null;
    client.lostQueue(queue, why);
  }

  /** A message is no more concern of its queue. */
  void finish(Delivery delivery) {
    if (!delivery.settled()) {
      delivery.settle(Settlement.ACCEPT);
      done();
    }
  }

  /** A message goes back to its queue, for somebody else. */
  static void giveBack(Delivery delivery) {
    if (!delivery.settled()) {
      delivery.settle(Settlement.RELEASE);
    }
  }

  /** One of its messages is done with: another may come. */
  void done() {
    freed++;
    if (!scheduled) {
      scheduled = true;
      client.loop().atTurnEnd(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    int credit = freed;
    freed = 0;
    if (handle != null) {
      handle.addCredit(credit);
    }
  }

  /** Completes when what was settled before this call is on its way to the disk, ahead of whatever follows it. */
  CompletionStage<Void> settled() {
    return handle == null ? CompletableFuture.completedFuture(null) : handle.settled();
  }

  /** Detaches it; again is harmless. */
  CompletionStage<Void> cancel() {
    ConsumerHandle leaving = handle;
    handle = null;
    return leaving == null ? CompletableFuture.completedFuture(null) : leaving.cancel();
  }
}
