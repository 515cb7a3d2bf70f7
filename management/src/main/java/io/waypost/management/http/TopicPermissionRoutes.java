package io.waypost.management.http;

import io.waypost.broker.Administration.TopicPermissionInfo;
import io.waypost.broker.TopicPermissions;
import io.waypost.management.api.TopicPermissionEntry;
import io.waypost.management.api.TopicPermissionRequest;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Which routing keys users may use with topic exchanges; for administrators. */
final class TopicPermissionRoutes {
  private static final String ONE = "/api/topic-permissions/{vhost}/{user}";

  private final Gateway gateway;

  TopicPermissionRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/topic-permissions", request -> list(request, info -> true))
        .on("GET", "/api/vhosts/{vhost}/topic-permissions", this::ofVirtualHost)
        .on("GET", "/api/users/{user}/topic-permissions", this::ofUser)
        .on("GET", ONE, this::of)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete)
        .on("DELETE", ONE + "/{exchange}", this::deleteOne);
  }

  private Reply ofVirtualHost(Request request) {
    String virtualHost = request.segment("vhost");
    gateway.requireVisible(request, virtualHost);
    return list(request, info -> info.virtualHost().equals(virtualHost));
  }

  private Reply ofUser(Request request) {
    String user = request.segment("user");
    return list(request, info -> info.user().equals(user));
  }

  private Reply list(Request request, Predicate<TopicPermissionInfo> wanted) {
    return ListReply.of(request, entries(request, wanted));
  }

  private Reply of(Request request) {
    return Reply.ok(found(request, info -> true));
  }

  private Reply put(Request request) {
    TopicPermissionRequest wanted = request.body(TopicPermissionRequest.class);
    TopicPermissions permissions = new TopicPermissions(
        Request.required("exchange", wanted.exchange()),
        Request.required("write", wanted.write()),
        Request.required("read", wanted.read()));
    boolean created =
        entries(request, of(request.segment("vhost"), request.segment("user"))).stream()
            .noneMatch(entry -> entry.exchange().equals(permissions.exchange()));
    Await.result(gateway
        .administration(request)
        .putTopicPermissions(request.segment("vhost"), request.segment("user"), permissions));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    found(request, info -> true);
    Await.result(gateway
        .administration(request)
        .deleteTopicPermissions(request.segment("vhost"), request.segment("user"), null));
    return Reply.noContent();
  }

  private Reply deleteOne(Request request) {
    String exchange = request.segment("exchange");
    found(request, info -> info.permissions().exchange().equals(exchange));
    Await.result(gateway
        .administration(request)
        .deleteTopicPermissions(request.segment("vhost"), request.segment("user"), exchange));
    return Reply.noContent();
  }

  private List<TopicPermissionEntry> found(Request request, Predicate<TopicPermissionInfo> wanted) {
    String virtualHost = request.segment("vhost");
    String user = request.segment("user");
    List<TopicPermissionEntry> found = entries(request, of(virtualHost, user).and(wanted));
    if (found.isEmpty()) {
      throw Refusal.notFound(
          "user '" + user + "' has no such topic permissions in vhost '" + virtualHost + "'");
    }
    return found;
  }

  private static Predicate<TopicPermissionInfo> of(String virtualHost, String user) {
    return info -> info.virtualHost().equals(virtualHost) && info.user().equals(user);
  }

  private List<TopicPermissionEntry> entries(
      Request request, Predicate<TopicPermissionInfo> wanted) {
    request.requireTag("administrator");
    return gateway.administration(request).topicPermissions().stream()
        .filter(wanted)
        .map(info -> new TopicPermissionEntry(
            info.user(),
            info.virtualHost(),
            info.permissions().exchange(),
            info.permissions().write(),
            info.permissions().read()))
        .sorted(Comparator.comparing(TopicPermissionEntry::vhost)
            .thenComparing(TopicPermissionEntry::user)
            .thenComparing(TopicPermissionEntry::exchange))
        .toList();
  }
}
