package io.waypost.broker;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What an adapter wants to find again after a restart and only it understands: bytes by key. Any thread; changes of one
 * key take effect in the order in which they are made. Made on a loop, a change is on the disk behind the messages that
 * queues of that loop took, or let go, before.
 */
public interface Notes {
  /**
   * Keeps bytes in place of those that the key had.
   *
   * @param bytes never modified from here on
   * @return completes, on any thread or at once, when they are as safe as they will be
   */
  CompletionStage<Void> put(String key, byte[] bytes);

  /** Forgets a key; succeeds when there is none. */
  CompletionStage<Void> remove(String key);

  /** Everything that was kept before the start. Once. */
  Map<String, byte[]> load();

  /** The stamps ({@link Session#publishOnce}) that queues had noted before the start, those of other adapters too. */
  Set<String> stamps();

  /** Has queues forget a stamp: its publisher will not offer the message again. Takes effect before later changes. */
  void forgetStamps(String text);
}
