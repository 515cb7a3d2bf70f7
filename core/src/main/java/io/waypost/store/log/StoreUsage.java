package io.waypost.store.log;

/**
 * What the store takes and has done since the start of the broker.
 *
 * @param segments files of messages
 * @param usedBytes bytes of those files
 * @param liveBytes bytes of messages in them that are still needed, as of the last count
 * @param messages messages in queues that are stored, and definitions
 * @param receivedBytes bytes of messages that were to be stored
 * @param writtenBytes bytes that were written for them, compaction and checkpoints included
 * @param forces how often the disk was asked to make writes safe
 */
public record StoreUsage(
    int segments,
    long usedBytes,
    long liveBytes,
    long messages,
    long receivedBytes,
    long writtenBytes,
    long forces) {}
