package io.waypost.amqp;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.waypost.amqp.codec.ReplyCode;
import io.waypost.broker.ChannelInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The channels of one connection. */
final class AmqpChannels {
  private static final int USUAL = 4;

  private final AmqpConnection connection;
  private final IntObjectMap<AmqpChannel> byNumber = new IntObjectHashMap<>(USUAL);
  private @Nullable AmqpChannel last;

  /** The channels as other threads see them; replaced when one opens or closes. */
  private volatile List<AmqpChannel> visible = List.of();

  AmqpChannels(AmqpConnection connection) {
    this.connection = connection;
  }

  /** The channel of that number, closed or not, or null. */
  @Nullable
  AmqpChannel get(int number) {
    AmqpChannel recent = last;
    if (recent != null && recent.number() == number) {
      return recent;
    }
    AmqpChannel channel = byNumber.get(number);
    if (channel != null) {
      last = channel;
    }
    return channel;
  }

  /**
   * Opens a channel.
   *
   * @param most how many there may be
   * @throws AmqpException if there are as many already
   */
  AmqpChannel open(int number, int most) {
    if (byNumber.size() >= most) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "number of channels opened (" + byNumber.size()
              + ") has reached the negotiated channel_max (" + most + ")");
    }
    AmqpChannel channel = new AmqpChannel(connection, number);
    byNumber.put(number, channel);
    visible = List.copyOf(byNumber.values());
    return channel;
  }

  /** Forgets a channel: its number may be used again. */
  void remove(int number) {
    byNumber.remove(number);
    last = null;
    visible = List.copyOf(byNumber.values());
  }

  /** Whether no channel waits for the broker. */
  boolean idle() {
    return byNumber.values().stream().noneMatch(channel -> channel.order().isBusy());
  }

  /** The channels as operators see them. Any thread. */
  List<ChannelInfo> infos() {
    return visible.stream().map(AmqpChannel::info).toList();
  }
}
