package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * Permissions to set; all three are required.
 *
 * @param configure what the user may declare and delete
 * @param write what it may publish to
 * @param read what it may consume from
 */
public record PermissionRequest(
    @Nullable String configure,
    @Nullable String write,
    @Nullable String read) {}
