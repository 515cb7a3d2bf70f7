package io.waypost.routing;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Headers exchanges: the message's headers match the binding's arguments. Every binding is looked at for every message
 * until one of its destination matches.
 */
final class HeadersTable<D> implements MatchTable<D> {
  private final Map<D, GrowingMap<Binding<D>, HeadersPattern>> byDestination =
      new ConcurrentHashMap<>();

  @Override
  public void add(Binding<D> binding) {
    byDestination
        .computeIfAbsent(binding.destination(), destination -> new GrowingMap<>())
        .put(binding, HeadersPattern.of(binding.arguments()));
  }

  @Override
  public void remove(Binding<D> binding) {
    byDestination.computeIfPresent(binding.destination(), (destination, patterns) -> {
      patterns.remove(binding);
      return patterns.isEmpty() ? null : patterns;
    });
  }

  @Override
  public void match(Message message, String routingKey, Collection<? super D> into) {
    if (byDestination.isEmpty()) {
      return;
    }
    Headers headers = message.properties().headers();
    for (Map.Entry<D, GrowingMap<Binding<D>, HeadersPattern>> bound : byDestination.entrySet()) {
      for (Map.Entry<Binding<D>, HeadersPattern> pattern : bound.getValue().entries()) {
        if (pattern.getValue().matches(headers)) {
          into.add(bound.getKey());
          break;
        }
      }
    }
  }

  @Override
  public void validate(String key, Headers arguments) {
    HeadersPattern.of(arguments);
  }

  @Override
  public boolean usesHeaders() {
    return true;
  }
}
