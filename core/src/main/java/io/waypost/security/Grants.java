package io.waypost.security;

import io.waypost.broker.Administration.PermissionInfo;
import io.waypost.broker.Administration.TopicPermissionInfo;
import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.store.Definition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The permissions of all users, in memory. One writer; any thread may read. What is removed is returned as the
 * definitions that the store has to forget.
 */
final class Grants {
  private record Place(String user, String virtualHost) {}

  private final Map<Place, Grant> grants = new ConcurrentHashMap<>();
  // The inner maps are by exchange and never changed.
  private final Map<Place, Map<String, TopicPermissions>> topicGrants = new ConcurrentHashMap<>();

  /** What a user may do in a virtual host; null is nothing. */
  @Nullable
  Grant grant(String user, String virtualHost) {
    return grants.get(new Place(user, virtualHost));
  }

  /** By exchange, the topic permissions of a user; on an exchange that is missing every key is free. */
  Map<String, TopicPermissions> topicGrants(String user, String virtualHost) {
    return topicGrants.getOrDefault(new Place(user, virtualHost), Map.of());
  }

  /**
   * Sets what a user may do.
   *
   * @throws IllegalArgumentException if an expression is none
   */
  void put(String virtualHost, String user, Permissions permissions) {
    grants.put(new Place(user, virtualHost), Grant.of(permissions));
  }

  /**
   * Sets what a user may do with one exchange.
   *
   * @throws IllegalArgumentException if an expression is none
   */
  void putTopic(String virtualHost, String user, TopicPermissions permissions) {
    TopicGrant.of(permissions, user, virtualHost, "");
    Map<String, TopicPermissions> all = new HashMap<>(topicGrants(user, virtualHost));
    all.put(permissions.exchange(), permissions);
    topicGrants.put(new Place(user, virtualHost), Map.copyOf(all));
  }

  List<Definition> remove(String virtualHost, String user) {
    return removeGrants(new Place(user, virtualHost)::equals);
  }

  List<Definition> removeTopic(String virtualHost, String user, @Nullable String exchange) {
    return removeTopics(
        new Place(user, virtualHost)::equals,
        permissions -> exchange == null || permissions.exchange().equals(exchange));
  }

  List<Definition> removeUser(String user) {
    return removeAll(place -> place.user().equals(user));
  }

  List<Definition> removeVirtualHost(String virtualHost) {
    return removeAll(place -> place.virtualHost().equals(virtualHost));
  }

  List<PermissionInfo> permissions() {
    List<PermissionInfo> all = new ArrayList<>();
    grants.forEach((place, grant) ->
        all.add(new PermissionInfo(place.user(), place.virtualHost(), grant.permissions())));
    return all;
  }

  List<TopicPermissionInfo> topicPermissions() {
    List<TopicPermissionInfo> all = new ArrayList<>();
    topicGrants.forEach((place, byExchange) -> {
      for (TopicPermissions one : byExchange.values()) {
        all.add(new TopicPermissionInfo(place.user(), place.virtualHost(), one));
      }
    });
    return all;
  }

  private List<Definition> removeAll(Predicate<Place> where) {
    List<Definition> gone = removeTopics(where, permissions -> true);
    gone.addAll(removeGrants(where));
    return gone;
  }

  private List<Definition> removeGrants(Predicate<Place> where) {
    List<Definition> gone = new ArrayList<>();
    grants.forEach((place, grant) -> {
      if (where.test(place)) {
        gone.add(new Definition.Grant(place.virtualHost(), place.user(), grant.permissions()));
        grants.remove(place);
      }
    });
    return gone;
  }

  private List<Definition> removeTopics(Predicate<Place> where, Predicate<TopicPermissions> which) {
    List<Definition> gone = new ArrayList<>();
    topicGrants.forEach((place, byExchange) -> {
      if (where.test(place)) {
        Map<String, TopicPermissions> left = new HashMap<>(byExchange);
        for (TopicPermissions one : byExchange.values()) {
          if (which.test(one)) {
            gone.add(new Definition.TopicGrant(place.virtualHost(), place.user(), one));
            left.remove(one.exchange());
          }
        }
        replace(place, left);
      }
    });
    return gone;
  }

  private void replace(Place place, Map<String, TopicPermissions> left) {
    if (left.isEmpty()) {
      topicGrants.remove(place);
    } else {
      topicGrants.put(place, Map.copyOf(left));
    }
  }
}
