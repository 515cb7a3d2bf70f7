package io.waypost.amqp.codec;

import io.netty.buffer.ByteBuf;

/**
 * What a {@link FrameDecoder} reads, told as calls rather than as frame objects: a published message costs no object but
 * its own parts. All calls come on the channel's event loop, in the order of the bytes. The frames that most messages
 * are made of have their own calls; every other method comes through {@link #method}.
 */
public interface FrameListener {
  /**
   * The first eight bytes, whatever they are, as one big-endian number.
   *
   * @return whether to go on and read frames
   */
  boolean protocolHeader(long header);

  /** A method, neither {@code basic.publish} nor {@code basic.ack}. */
  void method(int channel, Method method);

  /** The method {@code basic.publish}; content follows, in later calls. */
  void publish(
      int channel, String exchange, String routingKey, boolean mandatory, boolean immediate);

  /** The method {@code basic.ack}. */
  void ack(int channel, long deliveryTag, boolean multiple);

  /**
   * A content header of class basic.
   *
   * @param bodySize as declared: anything, read as unsigned
   * @param header the properties; repeated ones are the same object
   */
  void header(int channel, long bodySize, ContentHeader header);

  /**
   * A part of a body: a whole frame, or a part of one whose rest has not yet arrived.
   *
   * @param source holds the bytes during the call only; its indices must stay as they are
   * @param index where the part begins
   * @param length its length, possibly 0
   * @param frameComplete whether the frame has been read to its end and is sound
   */
  void body(int channel, ByteBuf source, int index, int length, boolean frameComplete);

  /** A content header that cannot be decoded; whether it is one depends on what the channel expects. */
  default void malformedHeader(int channel, ProtocolError error) {
    malformed(error, true);
  }

  /** A heartbeat. */
  void heartbeat();

  /**
   * Bytes that are no frame of AMQP, or a frame whose content cannot be decoded.
   *
   * @param inFrame whether the frames that follow can be read; otherwise nothing more is told
   */
  void malformed(ProtocolError error, boolean inFrame);
}
