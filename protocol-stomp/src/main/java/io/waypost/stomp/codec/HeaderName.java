package io.waypost.stomp.codec;

import java.nio.charset.StandardCharsets;

/** A header's name that the protocol knows, with its bytes. */
public final class HeaderName {
  /** How a subscription acknowledges; in a MESSAGE of 1.2 what its acknowledgement repeats. */
  public static final HeaderName ACK = new HeaderName("ack");

  /** The versions that a client speaks. */
  public static final HeaderName ACCEPT_VERSION = new HeaderName("accept-version");

  /** Whether a queue goes with its last consumer. */
  public static final HeaderName AUTO_DELETE = new HeaderName("auto-delete");

  /** A client's own name. */
  public static final HeaderName CLIENT_ID = new HeaderName("client-id");

  /** Bytes of the body. */
  public static final HeaderName CONTENT_LENGTH = new HeaderName("content-length");

  /** Where a message goes or comes from. */
  public static final HeaderName DESTINATION = new HeaderName("destination");

  /** Whether a subscription outlives its connection. */
  public static final HeaderName DURABLE = new HeaderName("durable");

  /** Whether a queue belongs to this connection alone. */
  public static final HeaderName EXCLUSIVE = new HeaderName("exclusive");

  /** Milliseconds that a message lives. */
  public static final HeaderName EXPIRATION = new HeaderName("expiration");

  /** The heart-beats offered. */
  public static final HeaderName HEART_BEAT = new HeaderName("heart-beat");

  /** The virtual host. */
  public static final HeaderName HOST = new HeaderName("host");

  /** A subscription's name, or what is acknowledged. */
  public static final HeaderName ID = new HeaderName("id");

  /** The user. */
  public static final HeaderName LOGIN = new HeaderName("login");

  /** What a delivery is called. */
  public static final HeaderName MESSAGE_ID = new HeaderName("message-id");

  /** The user's password. */
  public static final HeaderName PASSCODE = new HeaderName("passcode");

  /** Whether a message survives a restart; at a subscription the same as durable. */
  public static final HeaderName PERSISTENT = new HeaderName("persistent");

  /** How many deliveries may wait for their acknowledgements. */
  public static final HeaderName PREFETCH_COUNT = new HeaderName("prefetch-count");

  /** A message's priority. */
  public static final HeaderName PRIORITY = new HeaderName("priority");

  /** Asks for a receipt. */
  public static final HeaderName RECEIPT = new HeaderName("receipt");

  /** Whether a delivery was made before. */
  public static final HeaderName REDELIVERED = new HeaderName("redelivered");

  /** Where replies go. */
  public static final HeaderName REPLY_TO = new HeaderName("reply-to");

  /** Whether what is not accepted goes back to its queue. */
  public static final HeaderName REQUEUE = new HeaderName("requeue");

  /** Whether a message is kept for those who subscribe later. */
  public static final HeaderName RETAIN = new HeaderName("retain");

  /** Whether a subscription brings the messages that were kept. */
  public static final HeaderName RETAINED = new HeaderName("retained");

  /** Which messages a subscription wants. */
  public static final HeaderName SELECTOR = new HeaderName("selector");

  /** Which subscription a delivery is for. */
  public static final HeaderName SUBSCRIPTION = new HeaderName("subscription");

  /** Seconds since 1970. */
  public static final HeaderName TIMESTAMP = new HeaderName("timestamp");

  /** The transaction that a frame belongs to. */
  public static final HeaderName TRANSACTION = new HeaderName("transaction");

  /** The user that a message is from. */
  public static final HeaderName USER_ID = new HeaderName("user-id");

  private final String text;
  private final byte[] bytes;

  /** A name of ASCII letters that need no escape. */
  public HeaderName(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The name. */
  public String text() {
    return text;
  }

  int length() {
    return bytes.length;
  }

  /** Whether it stands there. */
  boolean isAt(byte[] source, int from, int to) {
    if (to - from != bytes.length) {
      return false;
    }
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (source[from + i] != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return text;
  }
}
