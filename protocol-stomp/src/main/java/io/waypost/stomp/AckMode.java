package io.waypost.stomp;

import org.jspecify.annotations.Nullable;

/** How a subscription acknowledges. */
enum AckMode {
  /** By being sent. */
  AUTO("auto"),
  /** One acknowledgement for a message and all before it. */
  CLIENT("client"),
  /** Each by itself. */
  INDIVIDUAL("client-individual");

  private final String text;

  AckMode(String text) {
    this.text = text;
  }

  static AckMode of(@Nullable String header) {
    if (header == null) {
      return AUTO;
    }
    for (AckMode mode : values()) {
      if (mode.text.equals(header)) {
        return mode;
      }
    }
    throw new StompException(
        "Invalid header", "ack must be auto, client or client-individual, not '" + header + "'");
  }
}
