package io.waypost.amqp;

import io.waypost.amqp.codec.BasicMethod;
import io.waypost.amqp.codec.FrameEncoder;
import io.waypost.broker.Consumer;
import io.waypost.broker.ConsumerHandle;
import io.waypost.broker.Delivery;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of a channel: writes deliveries as frames, and keeps its credit with the queue within the limits of
 * {@code basic.qos}. Credit that settlements free goes back once, at the end of the turn.
 */
final class AmqpConsumer implements Consumer, Runnable {
  private final AmqpChannel channel;
  private final String tag;
  private final byte[] encodedTag;
  private final boolean noAck;
  private final int prefetch;

  private @Nullable ConsumerHandle handle;

  /** Deliveries that the queue may still send; {@link ConsumerHandle#UNLIMITED} when nothing limits them. */
  private int credit;

  private int unsettled;
  private long lastDelivery;
  private boolean forReplies;
  private boolean draining;
  private boolean scheduled;

  AmqpConsumer(AmqpChannel channel, String tag, boolean noAck) {
    this.channel = channel;
    this.tag = tag;
    this.encodedTag = FrameEncoder.shortString(tag);
    this.noAck = noAck;
    this.prefetch = channel.prefetch().perConsumer();
  }

  String tag() {
    return tag;
  }

  boolean noAck() {
    return noAck;
  }

  /** Attached: the first deliveries may come. */
  void attached(ConsumerHandle with) {
    handle = with;
    grantCredit();
  }

  /** The tag of its last delivery, 0 before the first. */
  long lastDelivery() {
    return lastDelivery;
  }

  /** Marks it as the consumer of its channel's replies. */
  void forReplies() {
    forReplies = true;
  }

  boolean isForReplies() {
    return forReplies;
  }

  /** Detaches it; again is harmless. */
  CompletionStage<Void> cancel() {
    ConsumerHandle leaving = handle;
    handle = null;
    return leaving == null ? CompletableFuture.completedFuture(null) : leaving.cancel();
  }

  @Override
  public void deliver(Delivery delivery) {
    if (!channel.isOpen() || draining) {
      delivery.settle(Settlement.RELEASE);
      return;
    }
    if (credit != ConsumerHandle.UNLIMITED) {
      credit--;
    }
    if (!noAck && channel.prefetch().room() == 0) {
      giveBack(delivery);
      return;
    }
    long deliveryTag = channel.nextDeliveryTag();
    Message message = delivery.message();
    channel
        .output()
        .deliver(
            channel.number(),
            encodedTag,
            deliveryTag,
            delivery.redelivered(),
            message.exchange(),
            AmqpTranslator.routingKey(message),
            channel.header(message),
            message.body());
    lastDelivery = deliveryTag;
    if (!noAck) {
      unsettled++;
      channel.prefetch().delivered();
      channel.unacked().add(deliveryTag, delivery, this);
    }
  }

  @Override
  public void cancelled(ErrorCode why) {
    handle = null;
    channel.remove(this);
    channel.connection().log().consumerCancelled(channel.number(), tag, "the broker (" + why + ")");
    if (channel.isOpen() && channel.connection().client().consumerCancelNotify()) {
      channel.output().method(channel.number(), new BasicMethod.Cancel(tag, true));
    }
  }

  /** One of its deliveries is settled. */
  void settled() {
    unsettled--;
    channel.prefetch().settled();
    wantCredit();
  }

  /** Looks at the end of the turn whether there is credit to grant. */
  void wantCredit() {
    if (!scheduled && !noAck && credit != ConsumerHandle.UNLIMITED) {
      scheduled = true;
      channel.loop().atTurnEnd(this);
    }
  }

  @Override
  public void run() {
    scheduled = false;
    grantCredit();
  }

  /** Grants the queue what credit there is room for. */
  void grantCredit() {
    if (handle == null || draining) {
      return;
    }
    int room = noAck
        ? ConsumerHandle.UNLIMITED
        : Math.min(ownRoom(), channel.prefetch().room());
    if (room > credit) {
      // Counted first: where queue and channel share a loop, deliveries come within the call.
      int more = room == ConsumerHandle.UNLIMITED ? room : room - credit;
      credit = room;
      handle.addCredit(more);
    }
  }

  private int ownRoom() {
    return prefetch == ChannelPrefetch.NONE
        ? ConsumerHandle.UNLIMITED
        : Math.max(0, prefetch - unsettled);
  }

  /**
   * The channel has no room: the delivery never reached the client, and no further one is wanted for now. Credit goes
   * first, or the queue would only deliver it again.
   */
  private void giveBack(Delivery delivery) {
    ConsumerHandle attached = handle;
    if (attached == null) {
      delivery.settle(Settlement.RELEASE);
      return;
    }
    draining = true;
    credit = 0;
    CompletionStage<Void> drained = attached.drain();
    delivery.settle(Settlement.RELEASE);
    drained.whenComplete((nothing, failure) -> {
      draining = false;
      wantCredit();
    });
  }
}
