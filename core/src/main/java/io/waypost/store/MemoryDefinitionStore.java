package io.waypost.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps definitions as long as the process lives. */
public final class MemoryDefinitionStore implements DefinitionStore {
  private record Key(Class<?> kind, List<?> id) {}

  private final Map<Key, Definition> definitions = new ConcurrentHashMap<>();

  @Override
  public List<Definition> load() {
    return Definition.inLoadOrder(definitions.values());
  }

  @Override
  public CompletionStage<Void> put(Definition definition) {
    definitions.put(key(definition), definition);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> remove(Definition definition) {
    definitions.remove(key(definition));
    return CompletableFuture.completedFuture(null);
  }

  /** None: what is forgotten with the process is never offered to it again. */
  @Override
  public void forgetStamps(String text) {}

  @Override
  public void close() {}

  private static Key key(Definition definition) {
    return new Key(definition.getClass(), definition.id());
  }
}
