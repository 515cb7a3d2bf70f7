package io.waypost.management.api;

/**
 * A channel.
 *
 * @param name its connection's name and its number in brackets
 * @param number its number on the connection
 * @param connectionDetails its connection
 * @param vhost its virtual host
 * @param user its user
 * @param node where it ends
 * @param state always {@code running}
 * @param consumerCount attached consumers
 * @param messagesUnacknowledged deliveries that the client has not settled
 * @param messagesUnconfirmed publishes that are not confirmed
 * @param prefetchCount limit of unsettled deliveries of each new consumer; 0 is none
 * @param globalPrefetchCount limit over the whole channel; 0 is none
 * @param confirm whether publisher confirms are on
 * @param transactional whether it is transactional
 */
public record ChannelEntry(
    String name,
    int number,
    ConnectionDetails connectionDetails,
    String vhost,
    String user,
    String node,
    String state,
    int consumerCount,
    int messagesUnacknowledged,
    int messagesUnconfirmed,
    int prefetchCount,
    int globalPrefetchCount,
    boolean confirm,
    boolean transactional) {}
