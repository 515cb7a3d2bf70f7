package io.waypost.store.log;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import io.waypost.store.QueueStore;
import io.waypost.store.codec.ByteWriter;
import io.waypost.store.codec.DefinitionCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Definitions, as messages of a queue that nobody consumes: one log, one recovery. To replace one is to add the new and
 * remove the old in one frame. What a loop puts here is in the log behind the messages that it gave the store before, so
 * that no crash leaves a definition without what it speaks of.
 */
final class LogDefinitions implements DefinitionStore {
  private record Key(Class<?> kind, List<?> id) {
    static Key of(Definition definition) {
      return new Key(definition.getClass(), definition.id());
    }
  }

  private final LogWriter writer;
  private final Runnable messagesFirst;
  private final List<Definition> found;

  // ---- of the writing thread
  private final Map<Key, Long> places = new HashMap<>();
  private final Map<String, List<Long>> stamps = new HashMap<>();

  private long nextPosition;

  /**
   * Those that were found.
   *
   * @param messagesFirst gives the writer what the caller's loop has of messages
   */
  LogDefinitions(
      LogWriter writer, Runnable messagesFirst, Map<Definition, Long> found, long nextPosition) {
    this.writer = writer;
    this.messagesFirst = messagesFirst;
    this.nextPosition = nextPosition;
    this.found = new ArrayList<>(found.keySet());
    found.forEach((definition, place) -> {
      if (definition instanceof Definition.Stamp stamp) {
        stamps.computeIfAbsent(stamp.text(), absent -> new ArrayList<>(1)).add(place);
      } else {
        places.put(Key.of(definition), place);
      }
    });
    writer.messages.keepStamps(this::addStamp);
  }

  private void addStamp(Definition.Stamp stamp) {
    ByteWriter out = ByteWriter.onHeap();
    DefinitionCodec.write(out, stamp);
    long[] place = new long[1];
    place[0] = writer.definitions.stamp(out.toBytes(), nextPosition++, stored -> {
      if (!stored) {
        lose(stamp.text(), place[0]);
      }
    });
    if (place[0] != QueueStore.NOWHERE) {
      stamps.computeIfAbsent(stamp.text(), absent -> new ArrayList<>(1)).add(place[0]);
    }
  }

  /** A stamp was not written, and neither was its message. */
  private void lose(String text, long place) {
    writer.definitions.forget(place);
    List<Long> known = stamps.get(text);
    if (known != null && known.remove(Long.valueOf(place)) && known.isEmpty()) {
      stamps.remove(text);
    }
  }

  @Override
  public void forgetStamps(String text) {
    messagesFirst.run();
    writer.submit(new Work() {
      @Override
      public void run(LogWriter on) {
        List<Long> gone = stamps.remove(text);
        if (gone != null) {
          gone.forEach(on.definitions::removeStamp);
        }
      }

      @Override
      public boolean urgent() {
        return false;
      }
    });
  }

  @Override
  public List<Definition> load() {
    List<Definition> ordered = Definition.inLoadOrder(found);
    found.clear();
    return ordered;
  }

  @Override
  public CompletionStage<Void> put(Definition definition) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    ByteWriter out = ByteWriter.onHeap();
    DefinitionCodec.write(out, definition);
    byte[] bytes = out.toBytes();
    Key key = Key.of(definition);
    messagesFirst.run();
    writer.submit((LogWriter on) -> {
      Long before = places.get(key);
      long replaced = before == null ? QueueStore.NOWHERE : before;
      long[] place = new long[1];
      place[0] = on.definitions.put(bytes, nextPosition++, replaced, stored -> {
        on.definitions.forget(stored ? replaced : place[0]);
        if (!stored) {
          restore(key, before);
        }
        settle(done, stored);
      });
      if (place[0] == QueueStore.NOWHERE) {
        settle(done, false);
      } else {
        places.put(key, place[0]);
      }
    });
    return done;
  }

  private void restore(Key key, @Nullable Long before) {
    if (before == null) {
      places.remove(key);
    } else {
      places.put(key, before);
    }
  }

  @Override
  public CompletionStage<Void> remove(Definition definition) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Key key = Key.of(definition);
    messagesFirst.run();
    writer.submit((LogWriter on) -> {
      Long place = places.get(key);
      if (place == null) {
        // An earlier removal may still be under way.
        on.definitions.whenDecided(stored -> settle(done, stored));
        return;
      }
      boolean accepted = on.definitions.remove(place, stored -> {
        if (stored) {
          on.definitions.forget(place);
        } else {
          places.put(key, place);
        }
        settle(done, stored);
      });
      if (accepted) {
        places.remove(key);
      } else {
        settle(done, false);
      }
    });
    return done;
  }

  private static void settle(CompletableFuture<Void> done, boolean stored) {
    if (stored) {
      done.complete(null);
    } else {
      done.completeExceptionally(
          new BrokerException(ErrorCode.INTERNAL, "the store can't write at the moment"));
    }
  }

  @Override
  public void close() {}
}
