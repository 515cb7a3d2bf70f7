package io.waypost.routing;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import java.util.Comparator;

/**
 * One binding of an exchange. Two bindings are the same when destination, key and arguments are; the order of the
 * arguments is not part of it, so they are kept sorted by name.
 *
 * @param destination where matching messages go
 * @param key the routing key or pattern; without meaning to some exchange types, yet part of the identity
 * @param arguments what headers exchanges match by, sorted by name
 * @param <D> what destinations are
 */
public record Binding<D>(D destination, String key, Headers arguments) {
  /** Sorts the arguments. */
  public Binding {
    if (arguments.size() > 1) {
      arguments = Headers.of(arguments.entries().stream()
          .sorted(Comparator.comparing(Header::name))
          .toList());
    }
  }
}
