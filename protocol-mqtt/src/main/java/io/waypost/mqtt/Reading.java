package io.waypost.mqtt;

import io.netty.channel.Channel;

/** Whether a connection's socket is read: only while nothing speaks against it. */
final class Reading {
  /** The broker is short of something, and this connection publishes. */
  static final int SHORTAGE = 1;

  /** The queues are behind this connection's publishes. */
  static final int QUEUES_BEHIND = 2;

  /** The client does not read what it is sent. */
  static final int CLIENT_NOT_READING = 4;

  /** A packet waits for an answer of the broker, and those behind it for that. */
  static final int BUSY = 8;

  private final Channel channel;
  private int reasons;

  Reading(Channel channel) {
    this.channel = channel;
  }

  boolean on() {
    return reasons == 0;
  }

  void pause(int reason) {
    if (reasons == 0) {
      channel.config().setAutoRead(false);
    }
    reasons |= reason;
  }

  void resume(int reason) {
    if (reasons != 0) {
      reasons &= ~reason;
      if (reasons == 0) {
        channel.config().setAutoRead(true);
      }
    }
  }

  /** Reads on whatever was said against it: the client is leaving. */
  void resumeAlways() {
    reasons = 0;
    channel.config().setAutoRead(true);
  }
}
