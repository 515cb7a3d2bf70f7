package io.waypost.amqp;

import io.netty.buffer.ByteBuf;
import io.waypost.amqp.codec.ContentHeader;
import io.waypost.amqp.codec.ReplyCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts one channel's {@code basic.publish} together from method, header and body frames. The body's array has the
 * declared size, unless that is large: then it grows as the bytes arrive, so that declaring costs nothing.
 */
final class ContentAssembler {
  private static final int TRUSTED_SIZE = 128 * 1024;
  private static final byte[] NO_BODY = {};

  private final AmqpChannel channel;

  private boolean expectingHeader;
  private String exchange = "";
  private String routingKey = "";
  private boolean mandatory;
  private @Nullable ContentHeader header;
  private byte[] body = NO_BODY;
  private int size;
  private int received;

  ContentAssembler(AmqpChannel channel) {
    this.channel = channel;
  }

  /** Whether a header or a body must come next. */
  boolean inContent() {
    return expectingHeader || header != null;
  }

  void begin(String toExchange, String withKey, boolean isMandatory) {
    exchange = toExchange;
    routingKey = withKey;
    mandatory = isMandatory;
    expectingHeader = true;
  }

  /**
   * A content header.
   *
   * @param maxSize the largest body allowed
   * @throws AmqpException if none belongs here, or the body is too large
   */
  void header(long bodySize, ContentHeader received, int maxSize) {
    checkHeaderExpected();
    if (Long.compareUnsigned(bodySize, maxSize) > 0) {
      throw new AmqpException(
          ReplyCode.PRECONDITION_FAILED,
          "message size " + Long.toUnsignedString(bodySize) + " is larger than configured max size "
              + maxSize);
    }
    expectingHeader = false;
    size = (int) bodySize;
    header = received;
    if (size == 0) {
      complete();
    } else {
      body = new byte[Math.min(size, TRUSTED_SIZE)];
    }
  }

  /**
   * Checks that a content header is what comes next.
   *
   * @throws AmqpException if none belongs here
   */
  void checkHeaderExpected() {
    if (!expectingHeader) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME,
          inContent()
              ? "expected content body, got content header for class " + ContentHeader.CLASS
              : "expected method frame, got content header for class " + ContentHeader.CLASS);
    }
  }

  /**
   * Bytes of the body.
   *
   * @param sound whether their frame is known to be sound; the message is not complete before
   * @throws AmqpException if none belong here, or so many
   */
  void body(ByteBuf source, int index, int length, boolean sound) {
    if (header == null) {
      throw new AmqpException(
          ReplyCode.UNEXPECTED_FRAME,
          expectingHeader
              ? "expected content header for class " + ContentHeader.CLASS + ", got content body"
              : "expected method frame, got content body");
    }
    if (length > size - received) {
      throw new AmqpException(
          ReplyCode.FRAME_ERROR,
          "content body frame exceeds remaining content size: " + length + " bytes, expected "
              + (size - received));
    }
    if (received + length > body.length) {
      body =
          Arrays.copyOf(body, (int) Math.min(size, Math.max(2L * body.length, received + length)));
    }
    source.getBytes(index, body, received, length);
    received += length;
    if (received == size && sound) {
      complete();
    }
  }

  private void complete() {
    ContentHeader properties = header;
    byte[] bytes = body;
    header = null;
    body = NO_BODY;
    received = 0;
    if (properties != null) {
      channel.published(exchange, routingKey, mandatory, properties, bytes);
    }
  }
}
