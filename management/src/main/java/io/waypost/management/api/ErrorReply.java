package io.waypost.management.api;

/**
 * Why a request was refused.
 *
 * @param error the kind, such as {@code bad_request}
 * @param reason one sentence for people
 */
public record ErrorReply(String error, String reason) {}
