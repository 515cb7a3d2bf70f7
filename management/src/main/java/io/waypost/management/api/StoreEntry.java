package io.waypost.management.api;

import org.jspecify.annotations.Nullable;

/**
 * What is kept on disk.
 *
 * @param segments files of messages
 * @param usedBytes bytes of those files
 * @param liveBytes bytes of messages in them that are still needed, as of the last count
 * @param messages stored messages and definitions
 * @param receivedBytes bytes that were to be stored since start
 * @param writtenBytes bytes written for them since start
 * @param forces how often the disk was asked to make writes safe since start
 * @param shortage why publishers are held back, if they are
 */
public record StoreEntry(
    int segments,
    long usedBytes,
    long liveBytes,
    long messages,
    long receivedBytes,
    long writtenBytes,
    long forces,
    @Nullable String shortage) {}
