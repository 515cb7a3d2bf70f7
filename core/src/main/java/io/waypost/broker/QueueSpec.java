package io.waypost.broker;

import io.waypost.message.Headers;

/**
 * A queue to declare.
 *
 * @param name its name; empty to have one chosen
 * @param durable whether the queue survives a restart
 * @param exclusive whether only the declaring session may use it; it goes when the session closes
 * @param autoDelete whether it goes when its last consumer has gone
 * @param arguments its features, by the names {@code x-message-ttl}, {@code x-expires}, {@code x-max-length} and so on
 * @param kind what the queue is for
 */
public record QueueSpec(
    String name,
    boolean durable,
    boolean exclusive,
    boolean autoDelete,
    Headers arguments,
    Kind kind) {

  /** What a queue is for. */
  public enum Kind {
    /** Declared by a client or an operator. */
    STANDARD,
    /**
     * Holds the replies to one requester and nothing else (direct reply-to): nobody binds, consumes from or deletes it
     * but the session that declared it, everybody may publish to it and ask whether it exists.
     */
    REPLY,
    /**
     * Holds what a client is owed that may be away, or what a group of such clients shares. Only persistent messages
     * are kept: any other is handed to a consumer that takes it now, whatever credit that has, or is dropped and
     * counted. What was sent once and comes back does not expire any more. A full one drops without telling publishers:
     * one client's limit is no other client's failure.
     */
    SESSION
  }

  /** A queue as clients declare it. */
  public QueueSpec(
      String name, boolean durable, boolean exclusive, boolean autoDelete, Headers arguments) {
    this(name, durable, exclusive, autoDelete, arguments, Kind.STANDARD);
  }
}
