package io.waypost.management.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A user to create or change. The text form hides the password.
 *
 * @param password the new one; absent keeps the present one
 * @param passwordHash only empty, for a user without a password
 * @param tags a list, or a text with commas between them; required
 */
public record UserRequest(
    @Nullable String password,
    @Nullable String passwordHash,
    @Nullable JsonNode tags) {
  @Override
  public String toString() {
    return "UserRequest[tags=" + tags + "]";
  }
}
