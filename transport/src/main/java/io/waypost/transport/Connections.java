package io.waypost.transport;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The open connections of all listeners. Any thread may call. */
public final class Connections {
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;

  /**
   * No connections yet.
   *
   * @param limit the most that may be open at once
   */
  public Connections(int limit) {
    this.limit = limit;
  }

  /** How many are open. */
  public int size() {
    return count.get();
  }

  /** Whether no further one would be added now. */
  public boolean isFull() {
    return count.get() >= limit;
  }

  /**
   * Adds a connection until it closes.
   *
   * @return false if there are too many; the connection is not added then
   */
  public boolean add(Channel channel) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      return false;
    }
    channel.closeFuture().addListener(closed -> count.decrementAndGet());
    channels.add(channel);
    return true;
  }

  /**
   * Waits until every connection that is open now has closed; never on a loop.
   *
   * @return whether they have, within that time
   */
  public boolean awaitClosed(Duration atMost) {
    return channels.newCloseFuture().awaitUninterruptibly(atMost.toMillis());
  }

  /** Closes every connection without another word, and each that still comes. */
  public void closeAll() {
    channels.close();
  }
}
