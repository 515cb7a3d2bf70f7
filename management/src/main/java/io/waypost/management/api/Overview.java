package io.waypost.management.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker at a glance. What is null is not for the asking user to see.
 *
 * @param productName what it is
 * @param productVersion its version
 * @param managementVersion the version of this API, the broker's
 * @param rabbitmqVersion the RabbitMQ version whose API and behaviour clients may expect
 * @param clusterName its name among brokers
 * @param ratesMode says that only totals are counted; rates are for the reader to take
 * @param node its name as a node
 * @param uptime milliseconds since start
 * @param exchangeTypes what exchanges may be declared
 * @param messageStats messages since start
 * @param queueTotals messages in queues
 * @param objectTotals how many of each kind
 * @param listeners open ports
 */
public record Overview(
    String productName,
    String productVersion,
    String managementVersion,
    String rabbitmqVersion,
    String clusterName,
    String ratesMode,
    String node,
    @Nullable Long uptime,
    List<ExchangeType> exchangeTypes,
    @Nullable MessageStats messageStats,
    QueueTotals queueTotals,
    ObjectTotals objectTotals,
    @Nullable List<ListenerEntry> listeners) {

  /**
   * A type of exchange.
   *
   * @param name its name in declarations
   * @param description for people
   * @param enabled always true
   */
  public record ExchangeType(String name, String description, boolean enabled) {}

  /**
   * Messages in queues.
   *
   * @param messages all
   * @param messagesReady ready to be delivered
   * @param messagesUnacknowledged delivered and not settled
   */
  public record QueueTotals(long messages, long messagesReady, long messagesUnacknowledged) {}

  /**
   * How many of each kind there are.
   *
   * @param connections open connections
   * @param channels open channels
   * @param exchanges exchanges
   * @param queues queues
   * @param consumers consumers
   */
  public record ObjectTotals(
      int connections, int channels, int exchanges, int queues, int consumers) {}
}
