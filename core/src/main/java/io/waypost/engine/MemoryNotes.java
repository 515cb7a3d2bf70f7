package io.waypost.engine;

import io.waypost.broker.Notes;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Notes that last as long as the process. */
final class MemoryNotes implements Notes {
  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

  @Override
  public CompletionStage<Void> put(String key, byte[] bytes) {
    kept.put(key, bytes);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> remove(String key) {
    kept.remove(key);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Map<String, byte[]> load() {
    return Map.copyOf(kept);
  }
}
