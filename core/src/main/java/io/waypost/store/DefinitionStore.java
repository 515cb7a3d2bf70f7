package io.waypost.store;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Keeps what was declared. Any thread; changes take effect in the order in which one thread asks for them. Stages
 * complete on any thread once the change is safe, and fail when it could not be made safe.
 */
public interface DefinitionStore extends AutoCloseable {
  /** All definitions, each once; those that others refer to come first. Called once, at the start. */
  List<Definition> load();

  /** Adds the definition, or replaces the one with the same kind and id. */
  CompletionStage<Void> put(Definition definition);

  /** Removes the definition with that kind and id; harmless when there is none. */
  CompletionStage<Void> remove(Definition definition);

  /**
   * Forgets every {@link Definition.Stamp} with that text, soon: nobody waits for it, but it is done before any later
   * change.
   */
  void forgetStamps(String text);

  @Override
  void close();
}
