package io.waypost.management.http;

import io.waypost.broker.Inspector.ConnectionInfo;
import io.waypost.broker.Inspector.NodeInfo;
import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.management.api.MessageStats;
import io.waypost.management.api.NodeEntry;
import io.waypost.management.api.Overview;
import io.waypost.management.api.Overview.ExchangeType;
import io.waypost.management.api.Overview.ObjectTotals;
import io.waypost.management.api.Overview.QueueTotals;
import io.waypost.management.api.WhoAmI;
import java.util.List;

/** The broker as a whole, and who is asking. */
final class OverviewRoutes {
  private static final List<ExchangeType> EXCHANGE_TYPES = List.of(
      new ExchangeType("direct", "by equal routing key", true),
      new ExchangeType("fanout", "to every bound queue", true),
      new ExchangeType("headers", "by the message's headers", true),
      new ExchangeType("topic", "by a pattern of the routing key's words", true),
      new ExchangeType("x-delayed-message", "as another type, after a delay", true));

  private final Gateway gateway;

  OverviewRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/overview", this::overview)
        .on("GET", "/api/whoami", OverviewRoutes::whoAmI)
        .on("GET", "/api/nodes", this::nodes)
        .on("GET", "/api/nodes/{node}", this::node);
  }

  private Reply overview(Request request) {
    NodeFacts facts = gateway.node();
    boolean all = gateway.seesAll(request);
    NodeInfo node = gateway.inspector().node();
    List<QueueInfo> queues = gateway.list(request, false, gateway.inspector()::queues);
    long ready = queues.stream().mapToLong(QueueInfo::ready).sum();
    long unacknowledged = queues.stream().mapToLong(QueueInfo::unacknowledged).sum();
    List<ConnectionInfo> connections = ConnectionRoutes.visible(gateway, request);
    return Reply.ok(new Overview(
        facts.product(),
        facts.version(),
        facts.version(),
        facts.rabbitVersion(),
        facts.node(),
        "none",
        facts.node(),
        all ? node.upMillis() : null,
        EXCHANGE_TYPES,
        all ? new MessageStats(node.published(), node.delivered(), 0, 0) : null,
        new QueueTotals(ready + unacknowledged, ready, unacknowledged),
        new ObjectTotals(
            connections.size(),
            connections.stream()
                .mapToInt(connection -> connection.channels().size())
                .sum(),
            gateway.list(request, false, gateway.inspector()::exchanges).size(),
            queues.size(),
            queues.stream().mapToInt(QueueInfo::consumers).sum()),
        all ? facts.listeners().get() : null));
  }

  private static Reply whoAmI(Request request) {
    return Reply.ok(new WhoAmI(
        request.identity().user(), request.identity().tags().stream().sorted().toList()));
  }

  private Reply nodes(Request request) {
    gateway.administration(request).checkMonitoring();
    return ListReply.of(request, List.of(entry()));
  }

  private Reply node(Request request) {
    gateway.administration(request).checkMonitoring();
    String name = request.segment("node");
    if (!name.equals(gateway.node().node())) {
      throw Refusal.notFound("no node '" + name + "'");
    }
    return Reply.ok(entry());
  }

  private NodeEntry entry() {
    NodeInfo node = gateway.inspector().node();
    return new NodeEntry(
        gateway.node().node(),
        "disc",
        true,
        Long.toString(ProcessHandle.current().pid()),
        node.upMillis(),
        Runtime.getRuntime().availableProcessors(),
        node.memoryUsed(),
        node.memoryLimit(),
        node.memoryAlarm(),
        gateway.inspector().store().shortage() != null);
  }
}
