package io.waypost.engine;

import io.waypost.broker.Administration;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Permissions;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.RouteInfo;
import io.waypost.broker.RouteQuestion;
import io.waypost.broker.RouteSpec;
import io.waypost.broker.RouteTrial;
import io.waypost.broker.TopicPermissions;
import io.waypost.security.PasswordHash;
import io.waypost.security.Tag;
import io.waypost.security.Users;
import io.waypost.store.Definition;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out operators' requests, after asking the tags of whoever makes them. */
final class LocalAdministration implements Administration {
  private final LocalBroker broker;
  private final Identity identity;
  private final Users users;

  LocalAdministration(LocalBroker broker, Identity identity) {
    this.broker = broker;
    this.identity = identity;
    this.users = broker.security().users();
  }

  @Override
  public void checkMonitoring() {
    check(Tag.MONITORING);
  }

  @Override
  public void checkManagement() {
    check(Tag.MANAGEMENT);
  }

  private void check(Tag tag) {
    broker.security().authorizer().check(identity, tag);
  }

  private CompletionStage<Void> asAdministrator(Supplier<CompletionStage<Void>> request) {
    return refusable(() -> {
      check(Tag.ADMINISTRATOR);
      return request.get();
    });
  }

  private static CompletionStage<Void> refusable(Supplier<CompletionStage<Void>> request) {
    try {
      return request.get();
    } catch (BrokerException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private VirtualHost virtualHost(String name) {
    VirtualHost found = broker.virtualHost(name);
    if (found == null) {
      throw new BrokerException(ErrorCode.NOT_FOUND, "vhost " + name + " not found");
    }
    return found;
  }

  @Override
  public CompletionStage<Void> putVirtualHost(String virtualHost, String description) {
    return asAdministrator(() -> broker.putVirtualHost(virtualHost, description));
  }

  @Override
  public CompletionStage<Void> deleteVirtualHost(String virtualHost) {
    return asAdministrator(() -> broker.deleteVirtualHost(virtualHost));
  }

  @Override
  public CompletionStage<Void> backup(String folder) {
    return asAdministrator(() -> {
      try {
        Path target = Path.of(folder);
        if (target.isAbsolute()) {
          return broker.messages().backup(target);
        }
      } catch (InvalidPathException e) {
        throw new BrokerException(ErrorCode.PRECONDITION_FAILED, String.valueOf(e.getMessage()));
      }
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED, "the folder of a backup must be an absolute path");
    });
  }

  @Override
  public CompletionStage<Void> putUser(String user, @Nullable String password, Set<String> tags) {
    return asAdministrator(() -> users.putUser(user, password, tags));
  }

  @Override
  public CompletionStage<Void> deleteUser(String user) {
    return asAdministrator(() -> users.deleteUser(user));
  }

  @Override
  public CompletionStage<Void> putPermissions(
      String virtualHost, String user, Permissions permissions) {
    return asAdministrator(() -> {
      virtualHost(virtualHost);
      return users.putPermissions(virtualHost, user, permissions);
    });
  }

  @Override
  public CompletionStage<Void> deletePermissions(String virtualHost, String user) {
    return asAdministrator(() -> users.deletePermissions(virtualHost, user));
  }

  @Override
  public CompletionStage<Void> putTopicPermissions(
      String virtualHost, String user, TopicPermissions permissions) {
    return asAdministrator(() -> {
      virtualHost(virtualHost);
      return users.putTopicPermissions(virtualHost, user, permissions);
    });
  }

  @Override
  public CompletionStage<Void> deleteTopicPermissions(
      String virtualHost, String user, @Nullable String exchange) {
    return asAdministrator(() -> users.deleteTopicPermissions(virtualHost, user, exchange));
  }

  @Override
  public CompletionStage<Void> putPolicy(String virtualHost, PolicySpec policy) {
    return refusable(() -> {
      checkPolicy(policy.operator());
      VirtualHost host = virtualHost(virtualHost);
      host.policies().put(policy);
      return applied(host)
          .thenCompose(
              nothing -> broker.definitions().put(new Definition.Policy(virtualHost, policy)));
    });
  }

  @Override
  public CompletionStage<Void> deletePolicy(String virtualHost, String policy, boolean operator) {
    return refusable(() -> {
      checkPolicy(operator);
      VirtualHost host = virtualHost(virtualHost);
      PolicySpec gone = host.policies().all(operator).stream()
          .filter(one -> one.name().equals(policy))
          .findFirst()
          .orElseThrow(() -> new BrokerException(
              ErrorCode.NOT_FOUND, "no policy '" + policy + "' in vhost '" + virtualHost + "'"));
      host.policies().remove(policy, operator);
      return applied(host)
          .thenCompose(
              nothing -> broker.definitions().remove(new Definition.Policy(virtualHost, gone)));
    });
  }

  private void checkPolicy(boolean operator) {
    check(operator ? Tag.ADMINISTRATOR : Tag.POLICYMAKER);
  }

  private static CompletableFuture<Void> applied(VirtualHost host) {
    return CompletableFuture.runAsync(host::applyPolicies, host.loop());
  }

  @Override
  public CompletionStage<Void> putRoute(String virtualHost, RouteSpec route) {
    return changeRoutes(virtualHost, host -> host.putRule(route));
  }

  @Override
  public CompletionStage<Void> deleteRoute(String virtualHost, String route) {
    return changeRoutes(virtualHost, host -> host.removeRule(route));
  }

  private CompletionStage<Void> changeRoutes(
      String virtualHost, Function<VirtualHost, CompletableFuture<Void>> change) {
    return refusable(() -> {
      check(Tag.POLICYMAKER);
      VirtualHost host = virtualHost(virtualHost);
      return CompletableFuture.supplyAsync(() -> change.apply(host), host.loop())
          .thenCompose(changed -> changed);
    });
  }

  @Override
  public List<RouteInfo> routes(String virtualHost) {
    check(Tag.MANAGEMENT);
    RuleBook rules = virtualHost(virtualHost).rules();
    return rules.rules().rules().stream()
        .map(rule -> new RouteInfo(
            rule.spec(), rules.isConfigured(rule.name()), rule.matched(), rule.missed()))
        .toList();
  }

  @Override
  public RouteTrial tryRoutes(String virtualHost, RouteQuestion question) {
    check(Tag.MANAGEMENT);
    return new DryRun(virtualHost(virtualHost)).answer(question);
  }

  @Override
  public CompletionStage<Void> closeConnection(String connection, String reason) {
    return asAdministrator(() -> {
      boolean found = broker.sessions().stream()
          .anyMatch(session -> session.client().name().equals(connection));
      if (!found) {
        throw new BrokerException(ErrorCode.NOT_FOUND, "no connection '" + connection + "'");
      }
      broker.endSessions(
          session -> session.client().name().equals(connection),
          new BrokerException(ErrorCode.CLOSED_BY_OPERATOR, reason));
      return CompletableFuture.completedFuture(null);
    });
  }

  @Override
  public List<UserInfo> users() {
    check(Tag.ADMINISTRATOR);
    return users.users().stream()
        .map(user -> new UserInfo(
            user.name(),
            user.tags(),
            PasswordHash.shown(user.passwordHash()),
            "waypost_password_hashing_bcrypt"))
        .toList();
  }

  @Override
  public List<PermissionInfo> permissions() {
    check(Tag.ADMINISTRATOR);
    return users.permissions();
  }

  @Override
  public List<TopicPermissionInfo> topicPermissions() {
    check(Tag.ADMINISTRATOR);
    return users.topicPermissions();
  }

  @Override
  public List<PolicySpec> policies(String virtualHost, boolean operator) {
    check(Tag.MANAGEMENT);
    return virtualHost(virtualHost).policies().all(operator);
  }
}
