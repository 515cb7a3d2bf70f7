package io.waypost.broker;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The operator's requests, each checked against the tags of one identity: all need {@code administrator}, policies and
 * routes need {@code policymaker}, lists need {@code monitoring}; {@link ErrorCode#ACCESS_REFUSED} otherwise. Any thread; stages
 * complete on any thread, after the change is stored, and fail with {@link BrokerException}.
 */
public interface Administration {
  /** Fails unless the identity may see what others do (monitoring). */
  void checkMonitoring();

  /** Fails unless the identity may use the management interface at all. */
  void checkManagement();

  /** Creates a virtual host with the predeclared exchanges; succeeds when it exists. */
  CompletionStage<Void> putVirtualHost(String virtualHost, String description);

  /** Deletes a virtual host with everything in it, closing its sessions. */
  CompletionStage<Void> deleteVirtualHost(String virtualHost);

  /**
   * Creates or changes a user.
   *
   * @param password the new password, or null to keep the present one (or to have none: no login by password)
   */
  CompletionStage<Void> putUser(String user, @Nullable String password, Set<String> tags);

  /** Deletes a user with its permissions and closes its sessions. */
  CompletionStage<Void> deleteUser(String user);

  /** Sets what a user may do in a virtual host. */
  CompletionStage<Void> putPermissions(String virtualHost, String user, Permissions permissions);

  /** Takes all of a user's permissions in a virtual host. */
  CompletionStage<Void> deletePermissions(String virtualHost, String user);

  /** Sets a user's topic permissions on one exchange. */
  CompletionStage<Void> putTopicPermissions(
      String virtualHost, String user, TopicPermissions permissions);

  /** Takes a user's topic permissions, on one exchange or (null) on all. */
  CompletionStage<Void> deleteTopicPermissions(
      String virtualHost, String user, @Nullable String exchange);

  /** Creates or replaces a policy; applied at once to what exists. */
  CompletionStage<Void> putPolicy(String virtualHost, PolicySpec policy);

  /** Deletes a policy. */
  CompletionStage<Void> deletePolicy(String virtualHost, String policy, boolean operator);

  /** Creates or replaces a rule that has messages go elsewhere; applied at once to every session. */
  CompletionStage<Void> putRoute(String virtualHost, RouteSpec route);

  /** Deletes such a rule. */
  CompletionStage<Void> deleteRoute(String virtualHost, String route);

  /** Closes a connection by its name, telling the client the reason; fails when there is none. */
  CompletionStage<Void> closeConnection(String connection, String reason);

  /**
   * Copies everything that is stored into a folder of the broker's machine, as of one moment, while the broker works.
   *
   * @param folder an absolute path; made if it is missing, and must be empty otherwise
   */
  CompletionStage<Void> backup(String folder);

  /** All users. */
  List<UserInfo> users();

  /** All permissions. */
  List<PermissionInfo> permissions();

  /** All topic permissions. */
  List<TopicPermissionInfo> topicPermissions();

  /** All policies of a virtual host, operators' or users'. */
  List<PolicySpec> policies(String virtualHost, boolean operator);

  /** All rules of a virtual host that have messages go elsewhere, in the order in which they apply. */
  List<RouteInfo> routes(String virtualHost);

  /**
   * What would become of a message, and why. Nothing is published.
   *
   * @throws BrokerException {@link ErrorCode#PRECONDITION_FAILED} if nobody could publish such a message
   */
  RouteTrial tryRoutes(String virtualHost, RouteQuestion question);

  /**
   * A user as operators see it.
   *
   * @param name its name
   * @param tags its tags
   * @param passwordHash the stored hash, never the password; empty when it has none
   * @param hashingAlgorithm how it was made
   */
  record UserInfo(String name, Set<String> tags, String passwordHash, String hashingAlgorithm) {}

  /**
   * A user's permissions in a virtual host.
   *
   * @param user the user
   * @param virtualHost the virtual host
   * @param permissions the expressions
   */
  record PermissionInfo(String user, String virtualHost, Permissions permissions) {}

  /**
   * A user's topic permissions on an exchange.
   *
   * @param user the user
   * @param virtualHost the virtual host
   * @param permissions exchange and expressions
   */
  record TopicPermissionInfo(String user, String virtualHost, TopicPermissions permissions) {}
}
