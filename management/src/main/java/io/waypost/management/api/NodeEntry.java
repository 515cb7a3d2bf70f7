package io.waypost.management.api;

/**
 * The broker as a member of a cluster of one.
 *
 * @param name its name
 * @param type always {@code disc}
 * @param running always true
 * @param osPid its process
 * @param uptime milliseconds since start
 * @param processors cores it may use
 * @param memUsed bytes that messages hold
 * @param memLimit bytes at which publishers are blocked
 * @param memAlarm whether they are blocked now
 * @param diskFreeAlarm whether they are blocked for want of disk space
 */
public record NodeEntry(
    String name,
    String type,
    boolean running,
    String osPid,
    long uptime,
    int processors,
    long memUsed,
    long memLimit,
    boolean memAlarm,
    boolean diskFreeAlarm) {}
