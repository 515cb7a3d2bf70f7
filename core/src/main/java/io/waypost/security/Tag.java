package io.waypost.security;

import io.waypost.broker.Identity;
import java.util.Locale;

/** What a user may administer. Some tags bring others with them. */
public enum Tag {
  /** Everything. */
  ADMINISTRATOR,
  /** See what others do. */
  MONITORING,
  /** Set policies. */
  POLICYMAKER,
  /** Use the management interface at all. */
  MANAGEMENT,
  /** Publish in another user's name. Not even administrators do so without it. */
  IMPERSONATOR;

  /** Whether the identity has this tag, or one that brings it. */
  public boolean heldBy(Identity identity) {
    return switch (this) {
      case ADMINISTRATOR, IMPERSONATOR -> identity.has(toString());
      case MONITORING, POLICYMAKER -> identity.has(toString()) || ADMINISTRATOR.heldBy(identity);
      case MANAGEMENT ->
        identity.has(toString()) || MONITORING.heldBy(identity) || POLICYMAKER.heldBy(identity);
    };
  }

  /** The name as users have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
