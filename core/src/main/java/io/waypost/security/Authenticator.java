package io.waypost.security;

import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One way to find out who a client is. Any thread may call; slow work is done elsewhere. Never logs a password, never
 * keeps one.
 */
public interface Authenticator {
  /**
   * Checks credentials.
   *
   * @return completes on any thread with the proved identity, or with nothing when these credentials prove none here,
   *     so that the next authenticator may try; fails with {@link io.waypost.broker.BrokerException} when the login is
   *     not to be tried any further
   */
  CompletionStage<Optional<Identity>> authenticate(Credentials credentials, ClientInfo client);
}
