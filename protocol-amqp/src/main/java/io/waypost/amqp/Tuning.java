package io.waypost.amqp;

import io.waypost.amqp.codec.ConnectionMethod;
import io.waypost.amqp.codec.Frames;
import io.waypost.amqp.codec.ReplyCode;

/**
 * The limits that hold for a connection.
 *
 * @param channelMax the most channels
 * @param frameMax the largest frame, in bytes
 * @param heartbeat seconds; 0 for none
 */
record Tuning(int channelMax, int frameMax, int heartbeat) {
  /** What the broker proposes. */
  static Tuning proposed(AmqpSettings settings) {
    return new Tuning(
        settings.channelMax(), settings.frameMax(), (int) settings.heartbeat().toSeconds());
  }

  /**
   * What holds after the client's answer. A client that asks for no limit gets the proposed one.
   *
   * @throws AmqpException if the client wants more than was proposed, or smaller frames than are allowed
   */
  Tuning answered(ConnectionMethod.TuneOk answer) {
    checkNotAbove("frame_max", answer.frameMax(), frameMax);
    checkNotAbove("channel_max", answer.channelMax(), channelMax);
    if (answer.frameMax() != 0 && answer.frameMax() < Frames.MIN_MAX) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "negotiated frame_max = " + answer.frameMax()
              + " is lower than the minimum allowed value (" + Frames.MIN_MAX + ")");
    }
    return new Tuning(
        answer.channelMax() == 0 ? channelMax : answer.channelMax(),
        answer.frameMax() == 0 ? frameMax : (int) answer.frameMax(),
        answer.heartbeat());
  }

  private static void checkNotAbove(String what, long wanted, int allowed) {
    if (wanted > allowed) {
      throw new AmqpException(
          ReplyCode.NOT_ALLOWED,
          "negotiated " + what + " = " + wanted + " is higher than the maximum allowed value ("
              + allowed + ")");
    }
  }
}
