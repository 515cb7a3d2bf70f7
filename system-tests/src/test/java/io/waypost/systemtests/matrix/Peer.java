package io.waypost.systemtests.matrix;

import java.io.IOException;
import java.util.Map;

/** A client of one protocol, which publishes and hears what is published below the topic {@code matrix}. */
interface Peer extends AutoCloseable {
  /** How long to wait for a message. */
  int PATIENCE_SECONDS = 30;

  /** Listens from now on. */
  void listen() throws Exception;

  /** Publishes a message and waits until the broker has it. */
  void publish(Map<Property, String> said) throws Exception;

  /** The next message, in terms of {@link Property#example()}. */
  Map<Property, String> next() throws Exception;

  /** What is left of the minute, as the minute. */
  static String minute(long millis) {
    return millis > 30_000 && millis <= 60_000 ? Property.EXPIRATION.example() : millis + " ms";
  }

  @Override
  void close() throws IOException;
}
