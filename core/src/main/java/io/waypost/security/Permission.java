package io.waypost.security;

import java.util.Locale;

/** What somebody wants to do with a queue or an exchange. */
public enum Permission {
  /** Declare or delete it. */
  CONFIGURE,
  /** Publish to it, purge it, bind it as a destination. */
  WRITE,
  /** Consume from it, bind it as a source. */
  READ;

  /** The name as clients see it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
