package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * A virtual host to create.
 *
 * @param description for people; absent is empty
 */
public record VirtualHostRequest(@Nullable String description) {}
