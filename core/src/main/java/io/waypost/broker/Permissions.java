package io.waypost.broker;

/**
 * What a user may do in a virtual host: three regular expressions over names, as in Java, matched anywhere in the name
 * unless anchored. The empty expression matches only the empty name.
 *
 * @param configure what it may declare and delete
 * @param write what it may publish to and bind as a destination
 * @param read what it may consume and bind as a source
 */
public record Permissions(String configure, String write, String read) {}
