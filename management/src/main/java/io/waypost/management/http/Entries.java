package io.waypost.management.http;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.ChannelInfo;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Encryption;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Inspector.BindingInfo;
import io.waypost.broker.Inspector.ConnectionInfo;
import io.waypost.broker.Inspector.ConsumerInfo;
import io.waypost.broker.Inspector.ExchangeInfo;
import io.waypost.broker.Inspector.QueueInfo;
import io.waypost.broker.QueueSpec;
import io.waypost.management.api.BindingEntry;
import io.waypost.management.api.ChannelEntry;
import io.waypost.management.api.ConnectionDetails;
import io.waypost.management.api.ConnectionEntry;
import io.waypost.management.api.ConsumerEntry;
import io.waypost.management.api.ExchangeEntry;
import io.waypost.management.api.MessageStats;
import io.waypost.management.api.QueueEntry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the broker tells about its parts, as the API shows it. */
final class Entries {
  private Entries() {}

  static QueueEntry queue(
      QueueInfo info, String node, @Nullable List<ConsumerEntry> consumerDetails) {
    QueueSpec spec = info.spec();
    return new QueueEntry(
        spec.name(),
        info.virtualHost(),
        "classic",
        spec.durable(),
        spec.autoDelete(),
        spec.exclusive(),
        Arguments.object(spec.arguments()),
        info.policy(),
        info.operatorPolicy(),
        Arguments.object(info.effectivePolicy()),
        info.owner() == null ? null : owner(info.owner()),
        node,
        "running",
        info.ready() + info.unacknowledged(),
        info.ready(),
        info.unacknowledged(),
        info.bytes(),
        info.consumers(),
        info.activeConsumer(),
        new MessageStats(
            info.published(), info.delivered(), info.acknowledged(), info.redelivered()),
        consumerDetails);
  }

  static ExchangeEntry exchange(ExchangeInfo info) {
    ExchangeSpec spec = info.spec();
    return new ExchangeEntry(
        spec.name(),
        info.virtualHost(),
        spec.type(),
        spec.durable(),
        spec.autoDelete(),
        spec.internal(),
        Arguments.object(spec.arguments()),
        info.policy());
  }

  static BindingEntry binding(BindingInfo info) {
    BindingSpec spec = info.spec();
    return new BindingEntry(
        spec.source(),
        info.virtualHost(),
        spec.destination(),
        spec.kind() == DestinationKind.QUEUE ? "queue" : "exchange",
        spec.key(),
        Arguments.object(spec.arguments()),
        info.propertiesKey());
  }

  static ConnectionEntry connection(ConnectionInfo info, String node) {
    ClientInfo client = info.client();
    Encryption encryption = client.encryption();
    Encryption.Certificate shown = encryption == null ? null : encryption.certificate();
    CipherSuite suite = encryption == null ? null : CipherSuite.of(encryption.cipher());
    return new ConnectionEntry(
        client.name(),
        info.virtualHost(),
        info.user(),
        info.blocked() ? "blocked" : "running",
        (client.protocol().toUpperCase(Locale.ROOT) + " " + client.protocolVersion()).strip(),
        node,
        info.channels().size(),
        client.tls(),
        encryption == null ? null : encryption.protocol().toLowerCase(Locale.ROOT),
        suite == null ? null : suite.keyExchange(),
        suite == null ? null : suite.cipher(),
        suite == null ? null : suite.hash(),
        shown == null ? null : shown.subject(),
        shown == null ? null : shown.issuer(),
        shown == null ? null : shown.validity(),
        client.mechanism(),
        client.clientId(),
        host(client.remote()),
        client.remote().getPort(),
        host(client.local()),
        client.local().getPort(),
        Arguments.object(client.properties()),
        info.connectedAt(),
        info.published(),
        info.delivered());
  }

  static ChannelEntry channel(ConnectionInfo connection, ChannelInfo channel, String node) {
    ClientInfo client = connection.client();
    return new ChannelEntry(
        channelName(client.name(), channel.number()),
        channel.number(),
        new ConnectionDetails(
            client.name(), host(client.remote()), client.remote().getPort()),
        connection.virtualHost(),
        connection.user(),
        node,
        "running",
        channel.consumers(),
        channel.unacknowledged(),
        channel.unconfirmed(),
        channel.prefetch(),
        channel.globalPrefetch(),
        channel.confirms(),
        channel.transactional());
  }

  static ConsumerEntry consumer(ConsumerInfo info, boolean singleActive, String node) {
    int channel = info.spec().channel();
    return new ConsumerEntry(
        info.spec().tag(),
        new ConsumerEntry.QueueName(info.queue(), info.virtualHost()),
        new ConsumerEntry.ChannelDetails(
            channelName(info.connection(), channel), channel, info.connection(), info.user(), node),
        !info.spec().autoAccept(),
        info.spec().exclusive(),
        info.active(),
        info.active() ? singleActive ? "single_active" : "up" : "waiting",
        info.spec().prefetch(),
        Arguments.object(info.spec().arguments()));
  }

  private static String channelName(String connection, int number) {
    return connection + " (" + number + ")";
  }

  /** The owner of an exclusive queue, of which the name is known: {@code host:port -> host:port}. */
  private static ConnectionDetails owner(String connection) {
    int arrow = connection.indexOf(" -> ");
    String peer = arrow < 0 ? connection : connection.substring(0, arrow);
    int colon = peer.lastIndexOf(':');
    try {
      return colon < 0
          ? new ConnectionDetails(connection, peer, 0)
          : new ConnectionDetails(
              connection, peer.substring(0, colon), Integer.parseInt(peer.substring(colon + 1)));
    } catch (NumberFormatException e) {
      return new ConnectionDetails(connection, peer, 0);
    }
  }

  private static String host(InetSocketAddress address) {
    InetAddress resolved = address.getAddress();
    return resolved == null ? address.getHostString() : resolved.getHostAddress();
  }
}
