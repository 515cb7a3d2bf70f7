/**
 * The HTTP API: RabbitMQ's paths, field names and status codes over the broker's own interfaces. It sees the broker as
 * any adapter does and must not know what is behind; who listens on which port is not decided here.
 */
@NullMarked
package io.waypost.management.http;

import org.jspecify.annotations.NullMarked;
