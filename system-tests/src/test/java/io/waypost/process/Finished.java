package io.waypost.process;

/**
 * What a script did.
 *
 * @param exitCode how it ended
 * @param out what it printed
 * @param err what it printed to its error output
 */
record Finished(int exitCode, String out, String err) {}
