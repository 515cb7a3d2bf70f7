package io.waypost.management.api;

/**
 * A message taken or peeked from a queue.
 *
 * @param payloadBytes the whole body's length
 * @param redelivered whether it had been delivered before
 * @param exchange where it was published
 * @param routingKey with which key
 * @param messageCount how many messages stay ready behind it
 * @param properties what its publisher says about it
 * @param payload the body, as the encoding says
 * @param payloadEncoding {@code string} (UTF-8) or {@code base64}
 */
public record GotMessage(
    int payloadBytes,
    boolean redelivered,
    String exchange,
    String routingKey,
    int messageCount,
    MessageProperties properties,
    String payload,
    String payloadEncoding) {}
