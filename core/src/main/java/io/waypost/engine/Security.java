package io.waypost.engine;

import io.waypost.broker.Broker;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.Identity;
import io.waypost.security.Access;
import io.waypost.security.AuthenticatorChain;
import io.waypost.security.Authorizer;
import io.waypost.security.DefaultUser;
import io.waypost.security.ExternalAuthenticator;
import io.waypost.security.PasswordAuthenticator;
import io.waypost.security.Passwords;
import io.waypost.security.Users;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The security room as this broker has set it up, and the threads on which passwords are hashed. */
final class Security {
  private static final int HASHING_THREADS = 2;
  private static final int WAITING_LOGINS = 10_000;

  private final ExecutorService hashing = executor();
  private final Users users;
  private final AuthenticatorChain authenticators;
  private final Authorizer authorizer;

  /**
   * Without a user yet.
   *
   * @param owner makes changes one after the other
   */
  Security(
      BrokerSettings settings, DefinitionStore definitions, java.util.concurrent.Executor owner) {
    Passwords passwords = new Passwords(Passwords.DEFAULT_COST, hashing);
    users = new Users(definitions, owner, passwords);
    authenticators = new AuthenticatorChain(
        List.of(new PasswordAuthenticator(users, passwords), new ExternalAuthenticator(users)),
        settings.loopbackUsers());
    authorizer = new Authorizer(users);
  }

  private static ExecutorService executor() {
    ThreadPoolExecutor executor = new ThreadPoolExecutor(
        HASHING_THREADS,
        HASHING_THREADS,
        10,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(WAITING_LOGINS),
        task -> {
          Thread thread = new Thread(task, "waypost-passwords");
          thread.setDaemon(true);
          return thread;
        });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  Users users() {
    return users;
  }

  Authorizer authorizer() {
    return authorizer;
  }

  /** Takes in a stored definition; whether it was one of security's. */
  boolean restore(Definition definition) {
    if (definition instanceof Definition.User user) {
      users.load(user);
    } else if (definition instanceof Definition.Grant grant) {
      users.load(grant);
    } else if (definition instanceof Definition.TopicGrant grant) {
      users.load(grant);
    } else {
      return false;
    }
    return true;
  }

  /** Gives a broker without users its first one. */
  void ensureDefaultUser(BrokerSettings settings, Broker.Limits limits) {
    if (users.users().isEmpty()) {
      new DefaultUser(
              settings.defaultUser(), settings.defaultPassword(), limits.defaultVirtualHost())
          .createIn(users)
          .toCompletableFuture()
          .join();
    }
  }

  CompletionStage<Identity> authenticate(Credentials credentials, ClientInfo client) {
    return authenticators.authenticate(credentials, client);
  }

  Access access(Identity identity, String virtualHost, String clientId) {
    return authorizer.access(identity, virtualHost, clientId);
  }

  /** An access that refuses nothing. */
  Access unrestricted(Identity identity, String virtualHost) {
    return authorizer.unrestricted(identity, virtualHost);
  }

  void close() {
    hashing.shutdown();
  }
}
