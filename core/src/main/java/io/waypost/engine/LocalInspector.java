package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.ConsumerSpec;
import io.waypost.broker.Inspector;
import io.waypost.message.Headers;
import io.waypost.policy.Policies;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueCounters;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.Subscriber;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what the loops publish of their state: counters and snapshots, never a lock and never a loop's time. */
final class LocalInspector implements Inspector {
  private final LocalBroker broker;

  LocalInspector(LocalBroker broker) {
    this.broker = broker;
  }

  @Override
  public NodeInfo node() {
    return broker.node();
  }

  @Override
  public StoreInfo store() {
    return broker.messages().usage();
  }

  @Override
  public List<VirtualHostInfo> virtualHosts() {
    return broker.virtualHosts().stream()
        .map(host -> new VirtualHostInfo(host.name(), host.description()))
        .toList();
  }

  @Override
  public List<ExchangeInfo> exchanges(@Nullable String virtualHost) {
    List<ExchangeInfo> infos = new ArrayList<>();
    for (VirtualHost host : selected(virtualHost)) {
      for (Exchange exchange : host.exchanges()) {
        infos.add(new ExchangeInfo(host.name(), exchange.spec(), exchange.policy()));
      }
    }
    return infos;
  }

  @Override
  public List<QueueInfo> queues(@Nullable String virtualHost) {
    List<QueueInfo> infos = new ArrayList<>();
    for (VirtualHost host : selected(virtualHost)) {
      for (Queue queue : host.queues()) {
        infos.add(info(host, queue));
      }
    }
    return infos;
  }

  @Override
  public Optional<QueueInfo> queue(String virtualHost, String queue) {
    VirtualHost host = broker.virtualHost(virtualHost);
    Queue found = host == null ? null : host.findQueue(queue);
    return host == null || found == null ? Optional.empty() : Optional.of(info(host, found));
  }

  private static QueueInfo info(VirtualHost host, Queue queue) {
    Policies.Effective policy = host.policies().match(Policies.Kind.QUEUE, queue.name());
    QueueCounters counters = queue.counters();
    Subscriber owner = queue.ownerSession();
    return new QueueInfo(
        host.name(),
        queue.spec(),
        owner == null ? null : owner.connection(),
        policy.policy(),
        policy.operatorPolicy(),
        policy.definition(),
        counters.get(Count.READY),
        counters.get(Count.UNSETTLED),
        counters.get(Count.READY_BYTES) + counters.get(Count.UNSETTLED_BYTES),
        (int) counters.get(Count.CONSUMERS),
        activeConsumer(queue),
        counters.get(Count.PUBLISHED),
        counters.get(Count.DELIVERED),
        counters.get(Count.ACKNOWLEDGED),
        counters.get(Count.REDELIVERED));
  }

  private static @Nullable String activeConsumer(Queue queue) {
    if (!Boolean.TRUE.equals(queue.spec().arguments().get("x-single-active-consumer"))) {
      return null;
    }
    return queue.consumers().stream()
        .filter(Queue.ConsumerView::active)
        .map(Queue.ConsumerView::spec)
        .map(ConsumerSpec::tag)
        .findFirst()
        .orElse(null);
  }

  @Override
  public List<BindingInfo> bindings(@Nullable String virtualHost) {
    List<BindingInfo> infos = new ArrayList<>();
    for (VirtualHost host : selected(virtualHost)) {
      for (Queue queue : host.queues()) {
        infos.add(info(host, BindingSpec.toQueue("", queue.name(), queue.name(), Headers.empty())));
      }
      for (Exchange exchange : host.exchanges()) {
        exchange
            .table()
            .bindings()
            .forEach(binding -> infos.add(info(host, VirtualHost.spec(exchange, binding))));
      }
    }
    return infos;
  }

  private static BindingInfo info(VirtualHost host, BindingSpec spec) {
    return new BindingInfo(host.name(), spec, propertiesKey(spec));
  }

  private static String propertiesKey(BindingSpec spec) {
    String key = spec.key().isEmpty() ? "~" : URLEncoder.encode(spec.key(), StandardCharsets.UTF_8);
    return spec.arguments().isEmpty()
        ? key
        : key + "~" + Integer.toHexString(spec.arguments().hashCode());
  }

  @Override
  public long retainedMessages(@Nullable String virtualHost) {
    return selected(virtualHost).stream()
        .mapToLong(host -> host.retained().count())
        .sum();
  }

  @Override
  public List<ConnectionInfo> connections() {
    return broker.sessions().stream()
        .map(session -> new ConnectionInfo(
            session.number(),
            session.identity().user(),
            session.virtualHost(),
            session.client(),
            session.connectedAt(),
            session.isBlocked(),
            session.published(),
            session.delivered(),
            session.listener().channels()))
        .toList();
  }

  @Override
  public List<ConsumerInfo> consumers(@Nullable String virtualHost) {
    List<ConsumerInfo> infos = new ArrayList<>();
    for (VirtualHost host : selected(virtualHost)) {
      for (Queue queue : host.queues()) {
        for (Queue.ConsumerView consumer : queue.consumers()) {
          infos.add(new ConsumerInfo(
              host.name(),
              queue.name(),
              consumer.spec(),
              consumer.connection(),
              consumer.user(),
              consumer.active()));
        }
      }
    }
    return infos;
  }

  private Collection<VirtualHost> selected(@Nullable String virtualHost) {
    if (virtualHost == null) {
      return broker.virtualHosts();
    }
    VirtualHost host = broker.virtualHost(virtualHost);
    return host == null ? List.of() : List.of(host);
  }
}
