package io.waypost.management.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that has messages go elsewhere than where they are published.
 *
 * @param vhost where
 * @param name its name
 * @param source {@code config}: of the configuration file, and changed there only; {@code api}: declared by an operator
 * @param match what it matches
 * @param to where it sends what it matches
 * @param copy whether messages go to their own address, too
 * @param headers the headers that it adds; absent when none
 * @param persistent what it says of persistence; absent when nothing
 * @param expiry the time to live that it sets, such as {@code 10m}; absent when none
 * @param matched how many messages it matched
 * @param unroutable for how many of them the exchange was missing
 */
public record RouteEntry(
    String vhost,
    String name,
    String source,
    @Nullable Object match,
    @Nullable Object to,
    boolean copy,
    @Nullable Map<String, @Nullable Object> headers,
    @Nullable Object persistent,
    @Nullable Object expiry,
    long matched,
    long unroutable) {}
