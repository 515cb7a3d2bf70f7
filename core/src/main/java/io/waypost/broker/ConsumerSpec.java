package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * How a consumer wants its messages.
 *
 * @param tag the name by which operators see it; unique on its channel by the adapter's care
 * @param channel the channel that it belongs to, 0 in protocols without channels
 * @param autoAccept whether a delivery is settled by being sent
 * @param exclusive whether no other consumer may use the queue
 * @param priority higher ones are served first while they have credit
 * @param prefetch the limit of unsettled deliveries, for operators to see; 0 is none
 * @param arguments as the client gave them
 */
public record ConsumerSpec(
    String tag,
    int channel,
    boolean autoAccept,
    boolean exclusive,
    int priority,
    int prefetch,
    Headers arguments) {}
