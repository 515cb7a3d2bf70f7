package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * A backup to make.
 *
 * @param folder where on the broker's machine: an absolute path, empty or not there yet
 */
public record BackupRequest(@Nullable String folder) {}
