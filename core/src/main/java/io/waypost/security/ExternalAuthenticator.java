package io.waypost.security;

import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes the transport's word for a name, such as that of a verified certificate, provided that there is such a user. */
public final class ExternalAuthenticator implements Authenticator {
  private final Users users;

  /** Knows these users. */
  public ExternalAuthenticator(Users users) {
    this.users = users;
  }

  @Override
  public CompletionStage<Optional<Identity>> authenticate(
      Credentials credentials, ClientInfo client) {
    Optional<Identity> identity = credentials instanceof Credentials.External proved
        ? users.user(proved.user()).map(user -> new Identity(user.name(), user.tags()))
        : Optional.empty();
    return CompletableFuture.completedFuture(identity);
  }
}
