package io.waypost.security;

import java.util.Locale;

/** What permissions are about. */
public enum Resource {
  /** An exchange. */
  EXCHANGE,
  /** A queue. */
  QUEUE;

  /** The name as clients see it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
