package io.waypost.management.http;

import io.waypost.management.api.ListenerEntry;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the API tells about the broker that the broker itself does not know.
 *
 * @param node the node's name, such as {@code waypost@host}
 * @param product what it calls itself
 * @param version its version
 * @param rabbitVersion the RabbitMQ version whose behaviour clients may expect; some switch on it
 * @param listeners the open ports; asked at each request, on any thread
 * @param certificateExpiry when the first of the certificates in use expires, null when there is none; asked likewise
 */
public record NodeFacts(
    String node,
    String product,
    String version,
    String rabbitVersion,
    Supplier<List<ListenerEntry>> listeners,
    Supplier<@Nullable Instant> certificateExpiry) {}
