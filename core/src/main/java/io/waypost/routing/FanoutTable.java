package io.waypost.routing;

import io.waypost.message.Message;
import java.util.Collection;

/** Fanout exchanges: every message goes to every destination. */
final class FanoutTable<D> implements MatchTable<D> {
  private final Destinations<D> bound = new Destinations<>();

  @Override
  public void add(Binding<D> binding) {
    bound.add(binding.destination());
  }

  @Override
  public void remove(Binding<D> binding) {
    bound.remove(binding.destination());
  }

  @Override
  public void match(Message message, String routingKey, Collection<? super D> into) {
    into.addAll(bound.all());
  }
}
