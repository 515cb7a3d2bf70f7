package io.waypost.broker;

import java.util.Set;

/**
 * An authenticated user.
 *
 * @param user the name
 * @param tags what it may administer: {@code administrator}, {@code monitoring}, {@code policymaker},
 *     {@code management}, {@code impersonator}
 */
public record Identity(String user, Set<String> tags) {
  /** Copies the tags. */
  public Identity {
    tags = Set.copyOf(tags);
  }

  /** Whether the user has that tag. */
  public boolean has(String tag) {
    return tags.contains(tag);
  }
}
