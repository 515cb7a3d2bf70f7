package io.waypost.management.api;

/**
 * How many messages went which way since the broker started, or since the queue was declared.
 *
 * @param publish accepted
 * @param deliverGet delivered, redeliveries included
 * @param ack settled as handled; 0 where it is not counted
 * @param redeliver delivered again; 0 where it is not counted
 */
public record MessageStats(long publish, long deliverGet, long ack, long redeliver) {}
