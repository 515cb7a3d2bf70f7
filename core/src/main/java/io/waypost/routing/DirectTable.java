package io.waypost.routing;

import io.waypost.message.Message;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Direct exchanges: the routing key equals the binding's key. */
final class DirectTable<D> implements MatchTable<D> {
  private final Map<String, Destinations<D>> byKey = new ConcurrentHashMap<>();

  @Override
  public void add(Binding<D> binding) {
    Destinations<D> known = byKey.get(binding.key());
    if (known != null) {
      known.add(binding.destination());
      return;
    }
    Destinations<D> first = new Destinations<>();
    first.add(binding.destination());
    byKey.put(binding.key(), first);
  }

  @Override
  public void remove(Binding<D> binding) {
    Destinations<D> known = byKey.get(binding.key());
    if (known == null) {
      throw new IllegalStateException("no binding with key " + binding.key());
    }
    known.remove(binding.destination());
    if (known.isEmpty()) {
      byKey.remove(binding.key());
    }
  }

  @Override
  public void match(Message message, String routingKey, Collection<? super D> into) {
    Destinations<D> bound = byKey.get(routingKey);
    if (bound != null) {
      into.addAll(bound.all());
    }
  }
}
