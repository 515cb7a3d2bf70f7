package io.waypost.stomp.codec;

import org.jspecify.annotations.Nullable;

/** What a {@link FrameDecoder} reads. All calls come on the channel's event loop, in the order of the bytes. */
public interface FrameListener {
  /**
   * A whole frame.
   *
   * @param frame its command and headers; holds them during the call only
   * @param body its body, owned by the listener from now on
   */
  void frame(Frame frame, byte[] body);

  /**
   * Bytes that are no frame, or a frame beyond the limits. Nothing more is told.
   *
   * @param message what kind of mistake it is, in a few words
   * @param detail one sentence
   * @param receipt the receipt header of the frame, if its head could be read and has one; still escaped
   */
  void malformed(String message, String detail, byte @Nullable [] receipt);
}
