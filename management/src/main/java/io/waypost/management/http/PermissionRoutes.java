package io.waypost.management.http;

import io.waypost.broker.Administration.PermissionInfo;
import io.waypost.broker.Permissions;
import io.waypost.management.api.PermissionEntry;
import io.waypost.management.api.PermissionRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What users may do in virtual hosts; for administrators. */
final class PermissionRoutes {
  private static final String ONE = "/api/permissions/{vhost}/{user}";

  private final Gateway gateway;

  PermissionRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/permissions", request -> list(request, info -> true))
        .on("GET", "/api/vhosts/{vhost}/permissions", this::ofVirtualHost)
        .on("GET", "/api/users/{user}/permissions", this::ofUser)
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete);
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

  private Reply list(Request request, Predicate<PermissionInfo> wanted) {
    return ListReply.of(
        request,
        all(request).stream()
            .filter(wanted)
            .map(PermissionRoutes::entry)
            .sorted(
                Comparator.comparing(PermissionEntry::vhost).thenComparing(PermissionEntry::user))
            .toList());
  }

  private Reply one(Request request) {
    return Reply.ok(entry(find(request).orElseThrow(() -> missing(request))));
  }

  private Reply put(Request request) {
    PermissionRequest wanted = request.body(PermissionRequest.class);
    Permissions permissions = new Permissions(
        Request.required("configure", wanted.configure()),
        Request.required("write", wanted.write()),
        Request.required("read", wanted.read()));
    boolean created = find(request).isEmpty();
    Await.result(gateway
        .administration(request)
        .putPermissions(request.segment("vhost"), request.segment("user"), permissions));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    if (find(request).isEmpty()) {
      throw missing(request);
    }
    Await.result(gateway
        .administration(request)
        .deletePermissions(request.segment("vhost"), request.segment("user")));
    return Reply.noContent();
  }

  private List<PermissionInfo> all(Request request) {
    request.requireTag("administrator");
    return gateway.administration(request).permissions();
  }

  private Optional<PermissionInfo> find(Request request) {
    String virtualHost = request.segment("vhost");
    String user = request.segment("user");
    return all(request).stream()
        .filter(info -> info.virtualHost().equals(virtualHost) && info.user().equals(user))
        .findFirst();
  }

  private static Refusal missing(Request request) {
    return Refusal.notFound("user '"
        + request.segment("user")
        + "' has no permissions in vhost '"
        + request.segment("vhost")
        + "'");
  }

  private static PermissionEntry entry(PermissionInfo info) {
    Permissions permissions = info.permissions();
    return new PermissionEntry(
        info.user(),
        info.virtualHost(),
        permissions.configure(),
        permissions.write(),
        permissions.read());
  }
}
