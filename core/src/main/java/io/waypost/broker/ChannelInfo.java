package io.waypost.broker;

/**
 * A channel as operators see it.
 *
 * @param number its number on its connection
 * @param consumers attached consumers
 * @param unacknowledged deliveries that the client has not settled
 * @param unconfirmed publishes that the broker has not confirmed
 * @param prefetch limit of unsettled deliveries of each new consumer; 0 is none
 * @param globalPrefetch limit over the whole channel; 0 is none
 * @param confirms whether publisher confirms are on
 * @param transactional whether the channel is transactional
 */
public record ChannelInfo(
    int number,
    int consumers,
    int unacknowledged,
    int unconfirmed,
    int prefetch,
    int globalPrefetch,
    boolean confirms,
    boolean transactional) {}
