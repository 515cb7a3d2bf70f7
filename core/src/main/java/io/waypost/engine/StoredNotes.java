package io.waypost.engine;

import io.waypost.broker.Notes;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** An adapter's notes, as definitions. */
final class StoredNotes implements Notes {
  private static final byte[] NOTHING = new byte[0];

  private final String adapter;
  private final DefinitionStore store;
  private final Set<String> offered;
  private final Map<String, byte[]> found = new ConcurrentHashMap<>();

  /**
   * No notes yet.
   *
   * @param offered the stamps that messages had at the start, of all adapters
   */
  StoredNotes(String adapter, DefinitionStore store, Set<String> offered) {
    this.adapter = adapter;
    this.store = store;
    this.offered = offered;
  }

  /** One was there at the start. */
  void found(Definition.Note note) {
    found.put(note.key(), note.bytes());
  }

  @Override
  public CompletionStage<Void> put(String key, byte[] bytes) {
    return store.put(new Definition.Note(adapter, key, bytes));
  }

  @Override
  public CompletionStage<Void> remove(String key) {
    return store.remove(new Definition.Note(adapter, key, NOTHING));
  }

  @Override
  public Map<String, byte[]> load() {
    Map<String, byte[]> all = Map.copyOf(found);
    found.clear();
    return all;
  }

  @Override
  public Set<String> stamps() {
    return Set.copyOf(offered);
  }

  @Override
  public void forgetStamps(String text) {
    store.forgetStamps(text);
  }
}
