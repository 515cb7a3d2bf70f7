package io.waypost.security;

import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import io.waypost.store.Definition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Knows users by their passwords. A name that does not exist, or has no password, costs the client as much time as a
 * wrong password, so that names can't be found out by trying. The empty password is nobody's.
 */
public final class PasswordAuthenticator implements Authenticator {
  private final Users users;
  private final Passwords passwords;

  /** Checks against these users. */
  public PasswordAuthenticator(Users users, Passwords passwords) {
    this.users = users;
    this.passwords = passwords;
  }

  @Override
  public CompletionStage<Optional<Identity>> authenticate(
      Credentials credentials, ClientInfo client) {
    if (!(credentials instanceof Credentials.Password given) || given.password().isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    PasswordHash hash = users.user(given.user()).map(this::hash).orElse(passwords.unmatchable());
    return passwords
        .check(hash, given.password())
        .thenApply(right -> right ? identity(given.user(), hash) : Optional.empty());
  }

  private PasswordHash hash(Definition.User user) {
    return user.passwordHash().isEmpty()
        ? passwords.unmatchable()
        : PasswordHash.parse(user.passwordHash());
  }

  // The user may have been deleted, or its password changed, while the hash was computed.
  private Optional<Identity> identity(String name, PasswordHash proved) {
    return users
        .user(name)
        .filter(user -> user.passwordHash().equals(proved.encoded()))
        .map(user -> new Identity(user.name(), user.tags()));
  }
}
