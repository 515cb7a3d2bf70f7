package io.waypost.management.http;

import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.broker.QueueSpec;
import io.waypost.management.api.ConsumerEntry;
import io.waypost.management.api.QueueEntry;
import io.waypost.management.api.QueueRequest;
import java.util.Comparator;
import java.util.List;

/** Queues. */
final class QueueRoutes {
  private static final String ONE = "/api/queues/{vhost}/{queue}";

  private final Gateway gateway;

  QueueRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/queues", request -> list(request, false))
        .on("GET", "/api/queues/{vhost}", request -> list(request, true))
        .on("GET", ONE, this::one)
        .on("PUT", ONE, this::put)
        .on("DELETE", ONE, this::delete)
        .on("DELETE", ONE + "/contents", this::purge);
  }

  /**
   * The queue that the path names.
   *
   * @throws Refusal 404 if there is none, 401 if the user may not look into its virtual host
   */
  static QueueInfo find(Gateway gateway, Request request) {
    String virtualHost = request.segment("vhost");
    String name = request.segment("queue");
    gateway.requireVisible(request, virtualHost);
    return gateway
        .inspector()
        .queue(virtualHost, name)
        .orElseThrow(
            () -> Refusal.notFound("no queue '" + name + "' in vhost '" + virtualHost + "'"));
  }

  private Reply list(Request request, boolean oneVirtualHost) {
    String node = gateway.node().node();
    return ListReply.of(
        request,
        gateway.list(request, oneVirtualHost, gateway.inspector()::queues).stream()
            .map(info -> Entries.queue(info, node, null))
            .sorted(Comparator.comparing(QueueEntry::vhost).thenComparing(QueueEntry::name))
            .toList());
  }

  private Reply one(Request request) {
    String node = gateway.node().node();
    QueueInfo queue = find(gateway, request);
    List<ConsumerEntry> consumers = gateway.inspector().consumers(queue.virtualHost()).stream()
        .filter(consumer -> consumer.queue().equals(queue.spec().name()))
        .map(consumer -> Entries.consumer(consumer, queue.activeConsumer() != null, node))
        .toList();
    return Reply.ok(Entries.queue(queue, node, consumers));
  }

  private Reply put(Request request) {
    QueueRequest wanted = request.body(QueueRequest.class);
    if (Boolean.TRUE.equals(wanted.exclusive())) {
      throw Refusal.badRequest("an exclusive queue would go with the request that declares it");
    }
    String virtualHost = request.segment("vhost");
    QueueSpec spec = new QueueSpec(
        request.segment("queue"),
        !Boolean.FALSE.equals(wanted.durable()),
        false,
        Boolean.TRUE.equals(wanted.autoDelete()),
        Arguments.headers(wanted.arguments()));
    boolean created = gateway.inspector().queue(virtualHost, spec.name()).isEmpty();
    try (RequestSession session = gateway.session(request, virtualHost)) {
      session.call(it -> it.declareQueue(spec));
    }
    return Reply.put(created);
  }

  private Reply delete(Request request) {
    QueueInfo queue = find(gateway, request);
    try (RequestSession session = gateway.session(request, queue.virtualHost())) {
      session.call(it ->
          it.deleteQueue(queue.spec().name(), request.flag("if-unused"), request.flag("if-empty")));
    }
    return Reply.noContent();
  }

  private Reply purge(Request request) {
    QueueInfo queue = find(gateway, request);
    try (RequestSession session = gateway.session(request, queue.virtualHost())) {
      session.call(it -> it.purgeQueue(queue.spec().name()));
    }
    return Reply.noContent();
  }
}
