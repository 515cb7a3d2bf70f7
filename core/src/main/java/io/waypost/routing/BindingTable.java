package io.waypost.routing;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of one exchange, and where they send a message. {@link ExchangeTypes} makes them.
 *
 * <p>Threads: one writer, the loop that owns the exchange, calls {@link #bind}, {@link #unbind} and {@link #unbindAll};
 * every other method may be called by any thread at any time, takes no lock and sees every change that was complete
 * when it began. A change costs about the same whether the exchange has ten bindings or 100,000, and
 * {@link #unbindAll} costs as much as the destination has bindings.
 *
 * @param <D> what destinations are; compared by {@code equals}
 */
public final class BindingTable<D> {
  private final MatchTable<D> matches;
  private final Set<Binding<D>> bindings = ConcurrentHashMap.newKeySet();
  // Of the writer alone.
  private final Map<D, Set<Binding<D>>> byDestination = new HashMap<>();

  BindingTable(MatchTable<D> matches) {
    this.matches = matches;
  }

  /**
   * Adds a binding.
   *
   * @return whether it is new
   * @throws IllegalArgumentException as {@link #validate} does
   */
  public boolean bind(D destination, String key, Headers arguments) {
    validate(key, arguments);
    Binding<D> binding = new Binding<>(destination, key, arguments);
    if (!bindings.add(binding)) {
      return false;
    }
    byDestination.merge(destination, Set.of(binding), (all, one) -> SmallSet.with(all, binding));
    matches.add(binding);
    return true;
  }

  /** Removes a binding; whether it was there. */
  public boolean unbind(D destination, String key, Headers arguments) {
    Binding<D> binding = new Binding<>(destination, key, arguments);
    if (!bindings.remove(binding)) {
      return false;
    }
    byDestination.computeIfPresent(destination, (d, all) -> difference(all, binding));
    matches.remove(binding);
    return true;
  }

  /** Removes all bindings of a destination and returns them. */
  public List<Binding<D>> unbindAll(D destination) {
    Set<Binding<D>> removed = byDestination.remove(destination);
    if (removed == null) {
      return List.of();
    }
    for (Binding<D> binding : removed) {
      bindings.remove(binding);
      matches.remove(binding);
    }
    return List.copyOf(removed);
  }

  /**
   * Adds the destinations that the message goes to, each once a call.
   *
   * @param message whose headers may matter
   * @param routingKey one of the keys that it was published with
   * @param into grows
   */
  public void match(Message message, String routingKey, Collection<? super D> into) {
    matches.match(message, routingKey, into);
  }

  /**
   * Checks a binding without adding it.
   *
   * @throws IllegalArgumentException if the exchange type cannot use it, with a sentence for the client
   */
  public void validate(String key, Headers arguments) {
    matches.validate(key, arguments);
  }

  /** Whether {@link #match} depends on the message's headers; when not, its result may be kept by routing key. */
  public boolean usesHeaders() {
    return matches.usesHeaders();
  }

  /** Whether there is no binding. */
  public boolean isEmpty() {
    return bindings.isEmpty();
  }

  /** Whether any binding leads to the destination. Only for the writer. */
  public boolean leadsTo(D destination) {
    return byDestination.containsKey(destination);
  }

  /** The bindings, in no order; a copy. */
  public List<Binding<D>> bindings() {
    return List.copyOf(bindings);
  }

  // Null takes the destination out of the map.
  private static <B> @Nullable Set<B> difference(Set<B> all, B one) {
    Set<B> left = SmallSet.without(all, one);
    return left.isEmpty() ? null : left;
  }
}
