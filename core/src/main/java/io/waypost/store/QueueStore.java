package io.waypost.store;

import io.waypost.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one queue, as commands in the order in which the queue's loop gives them. What is stored is a pure
 * function of these commands. Belongs to the queue's loop.
 *
 * <p>A position is given out by the queue, rises with every append and is never used twice, not after a restart either.
 *
 * <p><b>Paging.</b> A queue need not hold what waits in it. An entry that is {@link Entry#place() stored}, or that was
 * {@link #spill spilled}, may be evicted: the queue drops the message, keeps the entry (to have its message fetched
 * later) or not even that (then a {@link Run} stands for it and its neighbours, and gives new entries when it is loaded).
 */
public interface QueueStore {
  /** The {@link Entry#place()} of an entry that is not stored. */
  long NOWHERE = 0;

  /** The {@link Entry#deadline()} of an entry that may wait for ever. */
  long NEVER = Long.MAX_VALUE;

  /** One message in one queue as the store sees it. All methods are called on the queue's loop but where they say so. */
  interface Entry {
    /** Its position. Does not change. Any thread. */
    long position();

    /** The message; null while it is evicted. Any thread, between {@link #append} or {@link #spill} and the decision. */
    @Nullable
    Message inMemory();

    /** Bytes of the message's body, evicted or not. */
    int bodyLength();

    /** In how many queues the message is with one body. Does not change. */
    int share();

    /** Which of its queue's priorities it waits in. Does not change. Any thread. */
    int level();

    /** Until when it may wait, in milliseconds since 1970, or {@link #NEVER}. Does not change. Any thread. */
    long deadline();

    /** How often it came back from a consumer. */
    int attempts();

    /** What its publisher knows it by, if that is to be stored with it ({@link Definition.Stamp}). Does not change. Any thread. */
    default @Nullable String stamp() {
      return null;
    }

    /** Whether it has been handed out by now, so that after a restart it is to be flagged. Any thread. */
    boolean handedOut();

    /**
     * Where the store has it; the store's own note, {@link #NOWHERE} at first. Readable once it was decided, and then
     * positive if and only if it is stored.
     */
    long place();

    /** Changes the note. Only the store calls this, on a thread of its own. */
    void place(long place);

    /**
     * An append or a spill was decided.
     *
     * @param stored false when it failed: the message will not survive a restart, and can't be evicted
     */
    void decided(boolean stored);
  }

  /**
   * Consecutive messages of a queue and level that are in the store and nowhere else. Shrinks from its front as it is
   * loaded. Belongs to the queue's loop.
   */
  interface Run {
    /** How many messages it stands for. */
    int size();

    /** Bytes of their bodies. */
    long bytes();

    /** The position of its first message. */
    long first();
  }

  /**
   * A message that was loaded from the store.
   *
   * @param position its position
   * @param place where it is stored; the new entry's note
   * @param level its priority in the queue
   * @param deadline as {@link Entry#deadline()}
   * @param message the message
   * @param attempts how often it came back
   * @param redelivered whether it may have been delivered before
   * @param uncertain whether it may have been delivered or passed on before the broker stopped without saying so
   */
  record Loaded(
      long position,
      long place,
      int level,
      long deadline,
      Message message,
      int attempts,
      boolean redelivered,
      boolean uncertain) {}

  /** Takes what was asked for, on the queue's loop. */
  interface Loading {
    /**
     * What was loaded, in order. What can't be read (a damaged file, a disk that goes on failing; the store reports it) is
     * left out, and stays where it is: it may be there again after a restart.
     *
     * @param messages the messages
     * @param unreadable how many are left out
     * @param unreadableBytes the bytes of their bodies
     */
    void loaded(List<Loaded> messages, int unreadable, long unreadableBytes);
  }

  /**
   * What a queue had at the start of the broker.
   *
   * @param nextPosition where positions go on
   * @param levels for each priority, lowest first, the runs in the order of positions; no longer than the highest level
   *     that has any
   */
  record Recovered(long nextPosition, List<List<Run>> levels) {
    /** Nothing. */
    public static final Recovered NOTHING = new Recovered(0, List.of());
  }

  /** What was there when the store was opened; the same answer at every call, meant for one. */
  Recovered recovered();

  /**
   * Adds a message.
   *
   * @return true if it is as safe as it will be already; otherwise {@link Entry#decided} will be told
   */
  boolean append(Entry entry);

  /**
   * Forgets a message that was handled, dropped or moved. Its message must still be there unless it was evicted.
   *
   * @param consumed whether a consumer accepted it, so that nobody needs it any more even if it was never written
   */
  void remove(Entry entry, boolean consumed);

  /** A message that can't be read is left in the store, and nobody asks for it before a restart. */
  void leave(Entry entry);

  /** Notes that a message came back from a consumer: {@link Entry#attempts()} has changed. */
  void returned(Entry entry);

  /**
   * Everything up to this position may have been delivered to a consumer, or passed on to another queue, now or very soon.
   *
   * @param noted called on the queue's loop when that will be known after a crash
   * @return whether nothing needs to be waited for: then it is not called
   */
  boolean delivering(long position, Runnable noted);

  /** Whether this store can spill, evict and load at all. */
  boolean canPage();

  /** Writes an entry that is not {@link Entry#place() stored}, so that it can be evicted; {@link Entry#decided} tells. */
  void spill(Entry entry);

  /** The message of a stored entry leaves memory. Called before the queue drops its reference. */
  void evict(Entry entry);

  /** A run of one evicted entry. The run stands for it from now on; the queue forgets the entry. */
  Run run(Entry first);

  /** Adds an evicted entry behind the run's last, if it can stand there. */
  boolean extend(Run run, Entry next);

  /** Loads up to so many messages from the front of a run, which shrinks at once; they count as in memory. */
  void load(Run run, int most, Loading told);

  /** Loads the messages of evicted entries, given in any order; they come in that order and count as in memory. */
  void fetch(List<? extends Entry> evicted, Loading told);

  /** Forgets everything that a run stands for. */
  void discard(Run run);

  /** The queue is gone, and all that it held: entries and runs. */
  void drop();
}
