package io.waypost.management.api;

/**
 * What became of a published message.
 *
 * @param routed whether a queue took it
 */
public record PublishReply(boolean routed) {}
