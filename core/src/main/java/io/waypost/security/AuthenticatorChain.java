package io.waypost.security;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one authenticator after the other until one knows the client. Users with well-known passwords are let in from
 * this machine only, whoever knows them.
 */
public final class AuthenticatorChain {
  private static final Logger LOG = LoggerFactory.getLogger(AuthenticatorChain.class);

  private final List<Authenticator> authenticators;
  private final Set<String> loopbackOnly;

  /**
   * A chain.
   *
   * @param authenticators in the order in which they are asked
   * @param loopbackOnly names of users that may come from loopback addresses only
   */
  public AuthenticatorChain(List<Authenticator> authenticators, Set<String> loopbackOnly) {
    this.authenticators = List.copyOf(authenticators);
    this.loopbackOnly = Set.copyOf(loopbackOnly);
  }

  /**
   * Finds out who a client is.
   *
   * @return completes on any thread; fails with {@link BrokerException}, mostly {@link ErrorCode#AUTHENTICATION_FAILED}
   */
  public CompletionStage<Identity> authenticate(Credentials credentials, ClientInfo client) {
    CompletableFuture<Identity> result = new CompletableFuture<>();
    if (refusedFrom(client, user(credentials))) {
      refuseFromAfar(result, user(credentials));
    } else {
      ask(0, credentials, client, result);
    }
    return result;
  }

  private void ask(
      int place, Credentials credentials, ClientInfo client, CompletableFuture<Identity> result) {
    if (place == authenticators.size()) {
      LOG.debug("Nobody knows user '{}' by these credentials", user(credentials));
      // The same words for a wrong name and a wrong password.
      refuse(
          result,
          "Login was refused using authentication mechanism "
              + client.mechanism()
              + ". For details see the broker logfile.");
      return;
    }
    authenticators.get(place).authenticate(credentials, client).whenComplete((found, failure) -> {
      if (failure != null) {
        result.completeExceptionally(cause(failure));
      } else {
        accept(found, place, credentials, client, result);
      }
    });
  }

  private void accept(
      Optional<Identity> found,
      int place,
      Credentials credentials,
      ClientInfo client,
      CompletableFuture<Identity> result) {
    if (found.isEmpty()) {
      ask(place + 1, credentials, client, result);
    } else if (refusedFrom(client, found.get().user())) {
      refuseFromAfar(result, found.get().user());
    } else {
      result.complete(found.get());
    }
  }

  private boolean refusedFrom(ClientInfo client, String user) {
    return !client.loopback() && loopbackOnly.contains(user);
  }

  private static void refuseFromAfar(CompletableFuture<Identity> result, String user) {
    LOG.debug("User '{}' may not come from another machine", user);
    refuse(result, "user '" + user + "' can only connect via localhost");
  }

  private static void refuse(CompletableFuture<Identity> result, String detail) {
    result.completeExceptionally(new BrokerException(ErrorCode.AUTHENTICATION_FAILED, detail));
  }

  private static String user(Credentials credentials) {
    return credentials instanceof Credentials.Password given
        ? given.user()
        : ((Credentials.External) credentials).user();
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException wrapper && wrapper.getCause() != null
        ? wrapper.getCause()
        : failure;
  }
}
