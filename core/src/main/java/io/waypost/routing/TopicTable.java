package io.waypost.routing;

import io.waypost.message.Message;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Topic exchanges: the binding's key is a pattern of words separated by dots, where {@code *} stands for exactly one
 * word and {@code #} for any number, none included.
 */
final class TopicTable<D> implements MatchTable<D> {
  private final TopicTrie<D> trie = new TopicTrie<>();

  @Override
  public void add(Binding<D> binding) {
    trie.add(binding.key(), binding.destination());
  }

  @Override
  public void remove(Binding<D> binding) {
    trie.remove(binding.key(), binding.destination());
  }

  @Override
  public void match(Message message, String routingKey, Collection<? super D> into) {
    List<Destinations<D>> found = trie.match(routingKey);
    if (found.size() == 1) {
      into.addAll(found.get(0).all());
      return;
    }
    Set<D> seen = new HashSet<>();
    for (Destinations<D> bound : found) {
      for (D destination : bound.all()) {
        if (seen.add(destination)) {
          into.add(destination);
        }
      }
    }
  }
}
