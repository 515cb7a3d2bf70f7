package io.waypost.transport;

import io.netty.util.concurrent.FastThreadLocalThread;

/** The thread of one loop; knows which, so that a caller's loop is found without a look-up. */
final class LoopThread extends FastThreadLocalThread {
  private final NettyLoop loop;

  LoopThread(Runnable task, NettyLoop loop) {
    super(task, "waypost-loop-" + loop.index());
    this.loop = loop;
  }

  NettyLoop loop() {
    return loop;
  }
}
