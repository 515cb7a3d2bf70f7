package io.waypost.management.http;

import io.waypost.broker.Inspector.ConnectionInfo;
import io.waypost.broker.Inspector.ConsumerInfo;
import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.management.api.ChannelEntry;
import io.waypost.management.api.ConnectionEntry;
import io.waypost.management.api.ConsumerEntry;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Connections with their channels, and consumers. Users without the tag for more see their own connections only. */
final class ConnectionRoutes {
  private static final String ONE = "/api/connections/{connection}";

  private final Gateway gateway;

  ConnectionRoutes(Gateway gateway) {
    this.gateway = gateway;
  }

  void addTo(Router router) {
    router
        .on("GET", "/api/connections", request -> list(request, connection -> true))
        .on("GET", "/api/vhosts/{vhost}/connections", this::ofVirtualHost)
        .on("GET", ONE, request -> Reply.ok(entry(find(request))))
        .on("DELETE", ONE, this::close)
        .on("GET", ONE + "/channels", this::channelsOf)
        .on("GET", "/api/channels", request -> channels(request, visible(gateway, request)))
        .on("GET", "/api/channels/{channel}", this::channel)
        .on("GET", "/api/vhosts/{vhost}/channels", this::channelsOfVirtualHost)
        .on("GET", "/api/consumers", request -> consumers(request, false))
        .on("GET", "/api/consumers/{vhost}", request -> consumers(request, true));
  }

  /** The connections that the user may see. */
  static List<ConnectionInfo> visible(Gateway gateway, Request request) {
    List<ConnectionInfo> all = gateway.inspector().connections();
    return gateway.seesAll(request)
        ? all
        : all.stream()
            .filter(connection -> connection.user().equals(request.identity().user()))
            .toList();
  }

  private Reply list(Request request, Predicate<ConnectionInfo> wanted) {
    return ListReply.of(
        request,
        visible(gateway, request).stream()
            .filter(wanted)
            .map(this::entry)
            .sorted(
                Comparator.comparing(ConnectionEntry::vhost).thenComparing(ConnectionEntry::name))
            .toList());
  }

  private Reply ofVirtualHost(Request request) {
    String virtualHost = request.segment("vhost");
    gateway.requireVisible(request, virtualHost);
    return list(request, connection -> connection.virtualHost().equals(virtualHost));
  }

  private Reply close(Request request) {
    String name = find(request).client().name();
    String reason = request.header("X-Reason");
    Await.result(gateway
        .administration(request)
        .closeConnection(name, reason == null ? "closed by an operator" : reason));
    return Reply.noContent();
  }

  private Reply channelsOf(Request request) {
    return channels(request, List.of(find(request)));
  }

  private Reply channelsOfVirtualHost(Request request) {
    String virtualHost = request.segment("vhost");
    gateway.requireVisible(request, virtualHost);
    return channels(
        request,
        visible(gateway, request).stream()
            .filter(connection -> connection.virtualHost().equals(virtualHost))
            .toList());
  }

  private Reply channels(Request request, List<ConnectionInfo> connections) {
    return ListReply.of(request, channelEntries(connections));
  }

  private Reply channel(Request request) {
    String name = request.segment("channel");
    return Reply.ok(channelEntries(visible(gateway, request)).stream()
        .filter(channel -> channel.name().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.notFound("no channel '" + name + "'")));
  }

  private Reply consumers(Request request, boolean oneVirtualHost) {
    List<ConsumerInfo> consumers =
        gateway.list(request, oneVirtualHost, gateway.inspector()::consumers);
    Set<ConsumerEntry.QueueName> singleActive = gateway.inspector().queues(null).stream()
        .filter(queue -> queue.activeConsumer() != null)
        .map(ConnectionRoutes::queueName)
        .collect(Collectors.toSet());
    return ListReply.of(
        request,
        consumers.stream()
            .map(info -> Entries.consumer(
                info,
                singleActive.contains(
                    new ConsumerEntry.QueueName(info.queue(), info.virtualHost())),
                gateway.node().node()))
            .sorted(Comparator.comparing(
                    (ConsumerEntry consumer) -> consumer.queue().vhost())
                .thenComparing(consumer -> consumer.queue().name())
                .thenComparing(consumer -> consumer.channelDetails().name())
                .thenComparing(ConsumerEntry::consumerTag))
            .toList());
  }

  private ConnectionInfo find(Request request) {
    String name = request.segment("connection");
    return visible(gateway, request).stream()
        .filter(connection -> connection.client().name().equals(name))
        .findFirst()
        .orElseThrow(() -> Refusal.notFound("no connection '" + name + "'"));
  }

  private ConnectionEntry entry(ConnectionInfo connection) {
    return Entries.connection(connection, gateway.node().node());
  }

  private List<ChannelEntry> channelEntries(List<ConnectionInfo> connections) {
    String node = gateway.node().node();
    return connections.stream()
        .flatMap(connection -> connection.channels().stream()
            .map(channel -> Entries.channel(connection, channel, node)))
        .sorted(Comparator.comparing(ChannelEntry::vhost).thenComparing(ChannelEntry::name))
        .toList();
  }

  private static ConsumerEntry.QueueName queueName(QueueInfo queue) {
    return new ConsumerEntry.QueueName(queue.spec().name(), queue.virtualHost());
  }
}
