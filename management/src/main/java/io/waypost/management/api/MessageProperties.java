package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher says about a message, by the names of AMQP 0-9-1.
 *
 * @param contentType MIME type
 * @param contentEncoding MIME encoding
 * @param headers the application's own entries
 * @param deliveryMode 2 for persistent, 1 or absent for transient
 * @param priority 0 to 255
 * @param correlationId ties a reply to its request
 * @param replyTo where a reply goes
 * @param expiration time to live, milliseconds
 * @param messageId the application's id
 * @param timestamp seconds since 1970
 * @param type the application's message type
 * @param userId the publishing user
 * @param appId the publishing application
 * @param clusterId passed on
 */
public record MessageProperties(
    @Nullable String contentType,
    @Nullable String contentEncoding,
    @Nullable Map<String, @Nullable Object> headers,
    @Nullable Integer deliveryMode,
    @Nullable Integer priority,
    @Nullable String correlationId,
    @Nullable String replyTo,
    @Nullable String expiration,
    @Nullable String messageId,
    @Nullable Long timestamp,
    @Nullable String type,
    @Nullable String userId,
    @Nullable String appId,
    @Nullable String clusterId) {}
