package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * A wish for messages of a queue.
 *
 * @param count at most so many; absent is 1
 * @param ackmode what becomes of them: {@code ack_requeue_true} (also when absent) puts them back as if untouched,
 *     {@code reject_requeue_true} puts them back marked as redelivered, {@code ack_requeue_false} removes them,
 *     {@code reject_requeue_false} dead-letters them
 * @param encoding {@code auto} (also when absent) for text where the payload is UTF-8, {@code base64} for never
 * @param truncate longer payloads are cut to so many bytes; absent is never
 */
public record GetRequest(
    @Nullable Integer count,
    @Nullable String ackmode,
    @Nullable String encoding,
    @Nullable Integer truncate) {}
