package io.waypost.stomp.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of each SEND the headers that travel with its message. Publishers repeat them, so the block of the message
 * before is used again when the bytes are the same.
 */
public final class HeaderCollector {
  /** What concerns the SEND alone, or is written anew for each receiver. */
  private static final HeaderName[] LEFT_OUT = {
    HeaderName.DESTINATION,
    HeaderName.CONTENT_LENGTH,
    HeaderName.RECEIPT,
    HeaderName.TRANSACTION,
    HeaderName.SUBSCRIPTION,
    HeaderName.MESSAGE_ID,
    HeaderName.ACK,
    HeaderName.REDELIVERED
  };

  private static final int FIRST_ROOM = 128;
  private static final int MOST_KEPT = 4096;

  private byte[] lines = new byte[FIRST_ROOM];
  private int length;
  private @Nullable HeaderBlock last;

  /** A collector that has seen nothing. */
  public HeaderCollector() {}

  /**
   * The headers of a SEND.
   *
   * @param replyTo what to put in place of its address for replies; null to leave that as it is
   * @throws MalformedException if one of them is not what it should be
   */
  public HeaderBlock collect(Frame frame, @Nullable String replyTo) {
    length = 0;
    byte[] head = frame.head();
    for (int i = 0; i < frame.size(); i++) {
      if (isLeftOut(head, frame.nameFrom(i), frame.nameTo(i))) {
        continue;
      }
      append(head, frame.nameFrom(i), frame.nameTo(i));
      append((byte) ':');
      if (replyTo != null && HeaderName.REPLY_TO.isAt(head, frame.nameFrom(i), frame.nameTo(i))) {
        byte[] address = replyTo.getBytes(StandardCharsets.UTF_8);
        append(address, 0, address.length);
      } else {
        append(head, frame.valueFrom(i), frame.valueTo(i));
      }
      append((byte) '\n');
    }
    HeaderBlock block = last;
    if (block == null || !block.isMadeOf(lines, length, frame.version())) {
      block = new HeaderBlock(Arrays.copyOf(lines, length), frame.version());
      last = block;
    }
    if (lines.length > MOST_KEPT) {
      lines = new byte[FIRST_ROOM];
    }
    return block;
  }

  private static boolean isLeftOut(byte[] head, int from, int to) {
    for (HeaderName name : LEFT_OUT) {
      if (name.isAt(head, from, to)) {
        return true;
      }
    }
    return false;
  }

  private void append(byte[] source, int from, int to) {
    int count = to - from;
    if (length + count > lines.length) {
      lines = Arrays.copyOf(lines, Math.max(2 * lines.length, length + count));
    }
    System.arraycopy(source, from, lines, length, count);
    length += count;
  }

  private void append(byte octet) {
    if (length == lines.length) {
      lines = Arrays.copyOf(lines, 2 * length);
    }
    lines[length++] = octet;
  }
}
