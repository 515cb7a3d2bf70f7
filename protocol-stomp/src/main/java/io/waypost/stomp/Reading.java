package io.waypost.stomp;

import io.netty.channel.Channel;
import java.util.EnumSet;
import java.util.Set;

/** Whether a connection's socket is read: only while nothing speaks against it. */
final class Reading {
  /** What can speak against it. */
  enum Reason {
    /** The broker is short of something, and this connection publishes. */
    SHORTAGE,
    /** The queues are behind this connection's publishes. */
    QUEUES_BEHIND,
    /** The client does not read what it is sent. */
    CLIENT_NOT_READING,
    /** A frame waits for the broker's answer, and the following ones for that frame. */
    FRAME_WAITING
  }

  private final Channel channel;
  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);

  Reading(Channel channel) {
    this.channel = channel;
  }

  boolean on() {
    return reasons.isEmpty();
  }

  void pause(Reason reason) {
    reasons.add(reason);
    channel.config().setAutoRead(false);
  }

  void resume(Reason reason) {
    if (reasons.remove(reason)) {
      channel.config().setAutoRead(reasons.isEmpty());
    }
  }

  /** Reads on whatever was said against it: the conversation is ending. */
  void resumeAlways() {
    reasons.clear();
    channel.config().setAutoRead(true);
  }
}
