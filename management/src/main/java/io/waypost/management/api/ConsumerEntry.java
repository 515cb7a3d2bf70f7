package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A consumer.
 *
 * @param consumerTag its name on its channel
 * @param queue where its messages come from
 * @param channelDetails where they go
 * @param ackRequired whether deliveries must be settled
 * @param exclusive whether no other consumer may use the queue
 * @param active whether it gets messages
 * @param activityStatus {@code up}, {@code single_active} or {@code waiting}
 * @param prefetchCount limit of unsettled deliveries; 0 is none
 * @param arguments as the client gave them
 */
public record ConsumerEntry(
    String consumerTag,
    QueueName queue,
    ChannelDetails channelDetails,
    boolean ackRequired,
    boolean exclusive,
    boolean active,
    String activityStatus,
    int prefetchCount,
    Map<String, @Nullable Object> arguments) {

  /**
   * A queue's full name.
   *
   * @param name its name
   * @param vhost its virtual host
   */
  public record QueueName(String name, String vhost) {}

  /**
   * A channel as consumers refer to it.
   *
   * @param name its connection's name and its number in brackets
   * @param number its number on the connection
   * @param connectionName its connection's name
   * @param user its user
   * @param node where it ends
   */
  public record ChannelDetails(
      String name, int number, String connectionName, String user, String node) {}
}
