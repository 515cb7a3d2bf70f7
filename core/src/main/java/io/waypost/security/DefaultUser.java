package io.waypost.security;

import io.waypost.broker.Permissions;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The user of a broker that has none yet: an administrator with every permission in one virtual host.
 *
 * @param name its name
 * @param password its password in clear; the text form hides it
 * @param virtualHost where it may do everything
 */
public record DefaultUser(String name, String password, String virtualHost) {
  /** The user that everybody knows; to be let in from this machine only. */
  public static final DefaultUser GUEST = new DefaultUser("guest", "guest", "/");

  /** Creates the user; the stage completes when it can log in, and fails as {@link Users} says. */
  public CompletionStage<Void> createIn(Users users) {
    return users
        .putUser(name, password, Set.of(Tag.ADMINISTRATOR.toString()))
        .thenCompose(
            created -> users.putPermissions(virtualHost, name, new Permissions(".*", ".*", ".*")));
  }

  @Override
  public String toString() {
    return "DefaultUser[" + name + "]";
  }
}
