package io.waypost.routing;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import java.util.Collection;

/**
 * What tells one exchange type from another: how it finds destinations. Which bindings exist is kept by
 * {@link BindingTable}, so that a match table sees each binding added once and removed once.
 *
 * <p>Threads: one writer, any number of readers in {@link #match} at the same time. A change is visible to every match
 * that begins after it.
 */
interface MatchTable<D> {
  /** Adds a binding that is not there yet. */
  void add(Binding<D> binding);

  /** Removes a binding that is there. */
  void remove(Binding<D> binding);

  /** Adds the destinations that the message goes to, each once. */
  void match(Message message, String routingKey, Collection<? super D> into);

  /**
   * Checks a binding before it is added.
   *
   * @throws IllegalArgumentException with a sentence for the client
   */
  default void validate(String key, Headers arguments) {}

  /** Whether a match depends on the message's headers, not on its routing key alone. */
  default boolean usesHeaders() {
    return false;
  }
}
