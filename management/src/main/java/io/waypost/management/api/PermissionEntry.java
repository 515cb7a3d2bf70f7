package io.waypost.management.api;

/**
 * What a user may do in a virtual host: regular expressions over names.
 *
 * @param user who
 * @param vhost where
 * @param configure what it may declare and delete
 * @param write what it may publish to
 * @param read what it may consume from
 */
public record PermissionEntry(
    String user, String vhost, String configure, String write, String read) {}
