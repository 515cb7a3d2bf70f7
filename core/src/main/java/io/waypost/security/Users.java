package io.waypost.security;

import io.waypost.broker.Administration.PermissionInfo;
import io.waypost.broker.Administration.TopicPermissionInfo;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Permissions;
import io.waypost.broker.ScramKeys;
import io.waypost.broker.TopicPermissions;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The users, what each may do in which virtual host, and what keys it may use with which topic exchange.
 *
 * <p>Any thread may call. Changes are made one after the other by the owner that was passed in. Each takes effect in
 * memory first, so that what is taken from somebody is gone even when the store is unable to keep that, and its stage
 * completes once the store has it, on any thread. Stages fail with {@link BrokerException}:
 * {@link ErrorCode#NOT_FOUND} for a user that does not exist, {@link ErrorCode#PRECONDITION_FAILED} for an expression,
 * name or password that is none; and with whatever the store fails with.
 */
public final class Users {
  private final DefinitionStore store;
  private final Executor owner;
  private final Passwords passwords;
  private final byte[] secret = new byte[32];
  private final Map<String, Definition.User> users = new ConcurrentHashMap<>();
  private final Grants grants = new Grants();
  private final List<Consumer<String>> deletionListeners = new CopyOnWriteArrayList<>();
  private final AtomicLong version = new AtomicLong();

  /**
   * Without a user yet.
   *
   * @param store keeps every change
   * @param owner runs changes one at a time and in order, such as a loop
   * @param passwords hashes new passwords
   */
  public Users(DefinitionStore store, Executor owner, Passwords passwords) {
    new SecureRandom().nextBytes(secret);
    this.store = store;
    this.owner = owner;
    this.passwords = passwords;
  }

  /** Takes a user as it was stored; only before anybody else calls. */
  public void load(Definition.User user) {
    users.put(user.name(), user);
  }

  /** Takes permissions as they were stored; only before anybody else calls. */
  public void load(Definition.Grant grant) {
    grants.put(grant.virtualHost(), grant.user(), grant.permissions());
  }

  /** Takes topic permissions as they were stored; only before anybody else calls. */
  public void load(Definition.TopicGrant grant) {
    grants.putTopic(grant.virtualHost(), grant.user(), grant.permissions());
  }

  /**
   * Has somebody told, by name, of each user that is deleted: its sessions must end. Told by the owner, when the user
   * can already do nothing any more.
   */
  public void onDeletion(Consumer<String> listener) {
    deletionListeners.add(listener);
  }

  /** The user of that name. */
  public Optional<Definition.User> user(String name) {
    return Optional.ofNullable(users.get(name));
  }

  /** All users, in no order. */
  public List<Definition.User> users() {
    return List.copyOf(users.values());
  }

  /** All permissions, in no order. */
  public List<PermissionInfo> permissions() {
    return grants.permissions();
  }

  /** All topic permissions, in no order. */
  public List<TopicPermissionInfo> topicPermissions() {
    return grants.topicPermissions();
  }

  /**
   * Creates or changes a user. Hashing a password takes its time: whoever wants to go on with the user awaits the
   * stage, which also fails with {@link ErrorCode#LIMIT_REACHED} when there is too much to hash.
   *
   * @param password the new password, or null to keep the present one (or to have none: no login by password)
   */
  public CompletionStage<Void> putUser(String name, @Nullable String password, Set<String> tags) {
    if (password == null) {
      return change(
          () -> storeUser(name, user(name).map(Definition.User::passwordHash).orElse(""), tags));
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    passwords.hash(password).whenComplete((hash, failure) -> {
      if (failure == null) {
        forward(change(() -> storeUser(name, hash.encoded(), tags)), done);
      } else {
        done.completeExceptionally(failure);
      }
    });
    return done;
  }

  /** Deletes a user with all its permissions. */
  public CompletionStage<Void> deleteUser(String name) {
    return change(() -> {
      List<Definition> gone = new ArrayList<>(grants.removeUser(name));
      gone.add(existing(name));
      users.remove(name);
      version.incrementAndGet();
      deletionListeners.forEach(listener -> listener.accept(name));
      return forget(gone);
    });
  }

  /** Forgets all permissions in a virtual host, which is deleted. */
  public CompletionStage<Void> deleteVirtualHost(String virtualHost) {
    return change(() -> forget(grants.removeVirtualHost(virtualHost)));
  }

  /** Sets what a user may do in a virtual host; whether that exists is for the caller to know. */
  public CompletionStage<Void> putPermissions(
      String virtualHost, String user, Permissions permissions) {
    return change(() -> {
      existing(user);
      grants.put(virtualHost, user, permissions);
      return keep(new Definition.Grant(virtualHost, user, permissions));
    });
  }

  /** Takes all of a user's permissions in a virtual host; harmless when it has none. */
  public CompletionStage<Void> deletePermissions(String virtualHost, String user) {
    return change(() -> {
      existing(user);
      return forget(grants.remove(virtualHost, user));
    });
  }

  /** Sets a user's topic permissions on one exchange. */
  public CompletionStage<Void> putTopicPermissions(
      String virtualHost, String user, TopicPermissions permissions) {
    return change(() -> {
      existing(user);
      grants.putTopic(virtualHost, user, permissions);
      return keep(new Definition.TopicGrant(virtualHost, user, permissions));
    });
  }

  /** Takes a user's topic permissions, on one exchange or (null) on all; harmless when it has none. */
  public CompletionStage<Void> deleteTopicPermissions(
      String virtualHost, String user, @Nullable String exchange) {
    return change(() -> {
      existing(user);
      return forget(grants.removeTopic(virtualHost, user, exchange));
    });
  }

  /** Counts changes: while it stays, whatever was found out about a user and its permissions stays true. */
  long version() {
    return version.get();
  }

  /** What a user may do in a virtual host; null is nothing. */
  @Nullable
  Grant grant(String user, String virtualHost) {
    return grants.grant(user, virtualHost);
  }

  /** By exchange, the topic permissions of a user; on an exchange that is missing every key is free. */
  Map<String, TopicPermissions> topicGrants(String user, String virtualHost) {
    return grants.topicGrants(user, virtualHost);
  }

  private CompletionStage<Void> storeUser(String name, String passwordHash, Set<String> tags) {
    if (name.isEmpty()) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, "a user must have a name");
    }
    Definition.User user = new Definition.User(name, passwordHash, tags);
    users.put(name, user);
    return keep(user);
  }

  private Definition.User existing(String name) {
    return user(name)
        .orElseThrow(() -> new BrokerException(ErrorCode.NOT_FOUND, "no user '" + name + "'"));
  }

  private CompletionStage<Void> keep(Definition definition) {
    version.incrementAndGet();
    return store.put(definition);
  }

  private CompletionStage<Void> forget(List<Definition> definitions) {
    version.incrementAndGet();
    CompletionStage<Void> all = CompletableFuture.completedFuture(null);
    for (Definition definition : definitions) {
      CompletionStage<Void> removed = store.remove(definition);
      all = all.thenCompose(before -> removed);
    }
    return all;
  }

  private CompletionStage<Void> change(Supplier<CompletionStage<Void>> change) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    owner.execute(() -> {
      try {
        forward(change.get(), done);
      } catch (IllegalArgumentException invalid) {
        String reason = String.valueOf(invalid.getMessage());
        done.completeExceptionally(new BrokerException(ErrorCode.PRECONDITION_FAILED, reason));
      } catch (BrokerException refused) {
        done.completeExceptionally(refused);
      }
    });
    return done;
  }

  private static void forward(CompletionStage<Void> from, CompletableFuture<Void> to) {
    from.whenComplete((nothing, failure) -> {
      if (failure == null) {
        to.complete(null);
      } else {
        to.completeExceptionally(failure);
      }
    });
  }

  /** What SCRAM needs of a user; keys that no proof fits when there is none, or nothing is known. */
  public ScramKeys scramKeys(String name) {
    return user(name)
        .filter(user -> !user.passwordHash().isEmpty())
        .map(user -> PasswordHash.parse(user.passwordHash()).scram())
        .orElseGet(() -> Scram.unmatchable(secret, name));
  }
}
