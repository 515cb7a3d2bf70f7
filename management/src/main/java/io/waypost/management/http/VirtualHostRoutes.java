package io.waypost.management.http;

import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.broker.Inspector.VirtualHostInfo;
import io.waypost.management.api.VirtualHostEntry;
import io.waypost.management.api.VirtualHostRequest;
import java.util.Comparator;
import java.util.List;

/** Virtual hosts. */
final class VirtualHostRoutes {
  private static final String ONE = "/api/vhosts/{vhost}";

  private final Gateway gateway;

  VirtualHostRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/vhosts", this::list)
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete);
  }

  private Reply list(Request request) {
    return ListReply.of(
        request,
        gateway.visible(request).stream()
            .sorted(Comparator.comparing(VirtualHostInfo::name))
            .map(this::entry)
            .toList());
  }

  private Reply one(Request request) {
    String name = request.segment("vhost");
    gateway.requireVisible(request, name);
    return Reply.ok(gateway.inspector().virtualHosts().stream()
        .filter(host -> host.name().equals(name))
        .map(this::entry)
        .findFirst()
        .orElseThrow(() -> Refusal.notFound("no vhost '" + name + "'")));
  }

  private Reply put(Request request) {
    String name = request.segment("vhost");
    VirtualHostRequest wanted = request.body(VirtualHostRequest.class);
    boolean created = !gateway.exists(name);
    String description = wanted.description() == null ? "" : wanted.description();
    Await.result(gateway.administration(request).putVirtualHost(name, description));
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    String name = request.segment("vhost");
    request.requireTag("administrator");
    if (!gateway.exists(name)) {
      throw Refusal.notFound("no vhost '" + name + "'");
    }
    Await.result(gateway.administration(request).deleteVirtualHost(name));
    return Reply.noContent();
  }

  private VirtualHostEntry entry(VirtualHostInfo host) {
    List<QueueInfo> queues = gateway.inspector().queues(host.name());
    long ready = queues.stream().mapToLong(QueueInfo::ready).sum();
    long unacknowledged = queues.stream().mapToLong(QueueInfo::unacknowledged).sum();
    return new VirtualHostEntry(
        host.name(),
        host.description(),
        List.of(),
        "classic",
        false,
        ready + unacknowledged,
        ready,
        unacknowledged);
  }
}
