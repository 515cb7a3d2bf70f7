package io.waypost.security;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.TopicPermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one session may do in its virtual host. Confined to the session's loop, except that a new one may be made and
 * asked anywhere.
 *
 * <p>What was allowed once is remembered, so that a repeated question costs a comparison of strings; every change to
 * any user makes all of that void, and the next question sees the change.
 */
public final class Access {
  private static final String DEFAULT_EXCHANGE = "amq.default";

  private final Users users;
  private final String user;
  private final String virtualHost;
  private final String clientId;
  private final boolean unrestricted;
  private final RecentNames configurable = new RecentNames();
  private final RecentNames writable = new RecentNames();
  private final RecentNames readable = new RecentNames();
  private Map<String, Topics> topics = Map.of();
  private long version = -1;
  private @Nullable Grant grant;

  Access(Users users, String user, String virtualHost, String clientId, boolean unrestricted) {
    this.users = users;
    this.user = user;
    this.virtualHost = virtualHost;
    this.clientId = clientId;
    this.unrestricted = unrestricted;
  }

  /** Whether the user has any permissions in the virtual host. */
  public boolean mayEnter() {
    refresh();
    return unrestricted || grant != null;
  }

  /**
   * Refuses what the user may not do.
   *
   * @param name of the queue or exchange; the default exchange, whose name is empty, is {@code amq.default} to
   *     permissions
   * @throws BrokerException {@link ErrorCode#ACCESS_REFUSED}
   */
  public void check(Permission permission, Resource kind, String name) {
    refresh();
    String known = effective(kind, name);
    if (!allows(permission, known)) {
      throw refused(permission + " access to " + kind + " '" + known + "'");
    }
  }

  /**
   * Refuses a question about a thing with which the user may do nothing at all: whoever has one of the permissions may
   * ask whether it exists.
   *
   * @throws BrokerException {@link ErrorCode#ACCESS_REFUSED}
   */
  public void checkAny(Resource kind, String name) {
    refresh();
    String known = effective(kind, name);
    for (Permission permission : Permission.values()) {
      if (allows(permission, known)) {
        return;
      }
    }
    throw refused("access to " + kind + " '" + known + "'");
  }

  /**
   * Refuses a routing key that the user may not use with a topic exchange.
   *
   * @param permission {@link Permission#WRITE} to publish, {@link Permission#READ} to bind
   * @throws BrokerException {@link ErrorCode#ACCESS_REFUSED}
   */
  public void checkTopic(Permission permission, String exchange, String routingKey) {
    refresh();
    if (topics.isEmpty()) {
      return;
    }
    Topics restricted = topics.get(exchange);
    if (restricted != null && !restricted.allows(permission, routingKey)) {
      throw refused(
          permission + " access to topic '" + routingKey + "' in exchange '" + exchange + "'");
    }
  }

  /** Whether nothing has changed since the last question, so that what was allowed then still is. */
  public boolean isCurrent() {
    return version == users.version();
  }

  private void refresh() {
    long now = users.version();
    if (now == version || unrestricted) {
      version = now;
      return;
    }
    configurable.clear();
    writable.clear();
    readable.clear();
    Map<String, Topics> restricted = new HashMap<>();
    grant = users.grant(user, virtualHost);
    for (TopicPermissions permissions : users.topicGrants(user, virtualHost).values()) {
      restricted.put(
          permissions.exchange(),
          new Topics(TopicGrant.orNothing(permissions, user, virtualHost, clientId)));
    }
    topics = restricted.isEmpty() ? Map.of() : restricted;
    // Last, and read first: a change in between is seen by the next question.
    version = now;
  }

  private boolean allows(Permission permission, String name) {
    if (unrestricted) {
      return true;
    }
    RecentNames allowed = switch (permission) {
      case CONFIGURE -> configurable;
      case WRITE -> writable;
      case READ -> readable;
    };
    if (allowed.contains(name)) {
      return true;
    }
    if (grant == null || !grant.allows(permission, name)) {
      return false;
    }
    allowed.add(name);
    return true;
  }

  private BrokerException refused(String what) {
    return new BrokerException(
        ErrorCode.ACCESS_REFUSED,
        what + " in vhost '" + virtualHost + "' refused for user '" + user + "'");
  }

  private static String effective(Resource kind, String name) {
    return kind == Resource.EXCHANGE && name.isEmpty() ? DEFAULT_EXCHANGE : name;
  }

  /** The routing keys of one exchange. */
  private record Topics(TopicGrant grant, RecentNames writable, RecentNames readable) {
    Topics(TopicGrant grant) {
      this(grant, new RecentNames(), new RecentNames());
    }

    boolean allows(Permission permission, String routingKey) {
      RecentNames allowed = permission == Permission.WRITE ? writable : readable;
      if (allowed.contains(routingKey)) {
        return true;
      }
      if (!grant.allows(permission, routingKey)) {
        return false;
      }
      allowed.add(routingKey);
      return true;
    }
  }
}
