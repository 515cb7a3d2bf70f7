package io.waypost.queue;

import io.waypost.queue.MemoryPressure.Window;
import io.waypost.store.QueueStore;
import io.waypost.store.QueueStore.Run;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one priority that wait, in the order of their positions. Belongs to the queue's loop.
 *
 * <p>In that order they are in four places: <em>returned</em>, what came back from a consumer; the <em>head</em>, a ring;
 * the <em>middle</em>, runs that the store holds and nobody else; the <em>tail</em>, another ring. As long as a queue is
 * short all that is new joins the head. A longer one adds to the tail, and the oldest of the tail move on to the middle;
 * when the head runs low the front of the middle is loaded, one load at a time; when there is no middle left, the tail
 * becomes the head. So a short queue costs a ring, and a long one no more memory than a longer one.
 *
 * <p>What came back from a consumer left the head before everything that is still in it, so it waits in a small heap of
 * its own, which is always served first: the original order holds without a search.
 */
final class ReadyLevel implements QueueStore.Loading {
  /** Told what the level could not do at once. */
  interface Listener {
    /** What was asked for may be there now. */
    void loaded();

    /** So many messages, with so many bytes, that waited can't be read any more. */
    void lost(int messages, long bytes);
  }

  /** A ring that once held more than this is exchanged for a smaller one when most of it is empty. */
  private static final int KEEP = 1 << 14;

  /** What a message in memory weighs besides its body, in bytes. */
  private static final int OVERHEAD = 256;

  /** How many messages are written at once so that they can leave memory. */
  private static final int SPILL = 4096;

  private final Queue queue;
  private final Paging paging;
  private final Listener listener;

  private ArrayDeque<QueueEntry> head = new ArrayDeque<>(16);
  private ArrayDeque<QueueEntry> tail = new ArrayDeque<>(0);
  private final ArrayDeque<Run> middle = new ArrayDeque<>(0);
  private int widest;
  private int tailWidest;
  private long headBytes;
  private long tailBytes;

  /** Messages in the middle, with those that are on their way from there to the head. */
  private long paged;

  private int underWay;
  private boolean served;

  private @Nullable PriorityQueue<QueueEntry> returned;
  private boolean fetching;
  private int spilling;
  private boolean spillFailed;
  private boolean abandoned;

  ReadyLevel(Queue queue, Paging paging, Listener listener) {
    this.queue = queue;
    this.paging = paging;
    this.listener = listener;
  }

  private static int weight(QueueEntry entry) {
    return entry.bodyLength() + OVERHEAD;
  }

  boolean isEmpty() {
    return head.isEmpty() && paged == 0 && tail.isEmpty() && returned == null;
  }

  // --- in and out
  // --------------------------------------------------------------------------------------------------

  /** Goes on with what the store kept. */
  void restore(List<Run> runs) {
    middle.addAll(runs);
    for (Run run : runs) {
      paged += run.size();
    }
  }

  /** Adds a new message behind all others. */
  void add(QueueEntry entry) {
    if (paging.isPossible()) {
      Window window = paging.window();
      if (paged > 0
          || !tail.isEmpty()
          || head.size() >= window.entries()
          || headBytes >= window.bytes()) {
        tail.addLast(entry);
        tailBytes += weight(entry);
        tailWidest = Math.max(tailWidest, tail.size());
        trimIfLong();
        return;
      }
    }
    addToHead(entry);
  }

  private void addToHead(QueueEntry entry) {
    head.addLast(entry);
    headBytes += weight(entry);
    widest = Math.max(widest, head.size());
  }

  /** Puts a message back to the place that its position gives it. */
  void putBack(QueueEntry entry) {
    if (returned == null) {
      returned = new PriorityQueue<>((one, other) -> Long.compare(one.position, other.position));
    }
    returned.add(entry);
  }

  /** The message that is next, without taking it; null when there is none, or while it is brought into memory. */
  @Nullable
  QueueEntry peek() {
    PriorityQueue<QueueEntry> back = returned;
    if (back != null) {
      QueueEntry first = fetching ? null : back.peek();
      if (first == null || !first.evicted) {
        return first;
      }
      fetch(back);
      return null;
    }
    while (true) {
      QueueEntry first = head.peekFirst();
      if (first != null && !first.dead) {
        return first;
      }
      if (first != null) {
        pollHead();
      } else if (paged > 0) {
        load();
        return null;
      } else if (tail.isEmpty()) {
        return null;
      } else {
        tailBecomesHead();
      }
    }
  }

  /** Takes the message that {@link #peek} gave. */
  void poll() {
    served = true;
    PriorityQueue<QueueEntry> back = returned;
    if (back != null) {
      back.remove();
      if (back.isEmpty()) {
        returned = null;
      }
      return;
    }
    pollHead();
    loadIfLow();
  }

  private void pollHead() {
    headBytes -= weight(head.removeFirst());
    assert head.isEmpty() == (headBytes == 0);
    if (widest > KEEP && head.size() < widest / 8) {
      head = new ArrayDeque<>(head);
      widest = head.size();
    }
  }

  private void tailBecomesHead() {
    // Not the old head's ring, which may be wide.
    ArrayDeque<QueueEntry> empty = new ArrayDeque<>(0);
    head = tail;
    headBytes = tailBytes;
    widest = tailWidest;
    tail = empty;
    tailBytes = 0;
    tailWidest = 0;
  }

  // --- back into memory
  // --------------------------------------------------------------------------------------------

  private void loadIfLow() {
    if (paged > 0) {
      Window window = paging.window();
      if (head.size() < window.low() && headBytes < window.bytes() / 2) {
        load();
      }
    }
  }

  private void load() {
    Run run = middle.peekFirst();
    if (underWay > 0 || run == null) {
      return;
    }
    int before = run.size();
    paging.store().load(run, served ? portion(run) : 1, this);
    underWay = before - run.size();
    if (run.size() == 0) {
      middle.removeFirst();
    }
  }

  /** As many as half a window holds. Of a queue that nobody has asked yet, one is enough: for its deadline. */
  private int portion(Run run) {
    Window window = paging.window();
    long each = run.bytes() / run.size() + OVERHEAD;
    return (int) Math.max(1, Math.min(window.chunk(), window.bytes() / 2 / each));
  }

  @Override
  public void loaded(List<QueueStore.Loaded> messages, int unreadable, long unreadableBytes) {
    if (abandoned) {
      for (QueueStore.Loaded each : messages) {
        discard(new QueueEntry(queue, each));
      }
      return;
    }
    paged -= underWay;
    underWay = 0;
    for (int i = 0; i < messages.size(); i++) {
      addToHead(queue.restored(messages.get(i)));
    }
    if (unreadable > 0) {
      listener.lost(unreadable, unreadableBytes);
    }
    if (served) {
      loadIfLow();
    }
    listener.loaded();
  }

  private void fetch(PriorityQueue<QueueEntry> back) {
    List<QueueEntry> entries = new ArrayList<>();
    int most = paging.window().chunk();
    QueueEntry first = back.peek();
    while (first != null && first.evicted && entries.size() < most) {
      entries.add(first);
      back.remove();
      first = back.peek();
    }
    fetching = true;
    paging.fetch(entries, this::fetched);
  }

  private void fetched(List<QueueEntry> present, List<QueueEntry> lost) {
    if (abandoned) {
      present.forEach(this::discard);
      return;
    }
    fetching = false;
    present.forEach(this::putBack);
    if (returned != null && returned.isEmpty()) {
      returned = null;
    }
    if (!lost.isEmpty()) {
      listener.lost(lost.size(), lost.stream().mapToLong(QueueEntry::bodyLength).sum());
    }
    listener.loaded();
  }

  // --- out of memory
  // -----------------------------------------------------------------------------------------------

  /** One of the messages has been stored. */
  void stored() {
    trimIfLong();
  }

  private void trimIfLong() {
    Window window = paging.window();
    if (tail.size() >= 2 * window.chunk() || tailBytes >= window.bytes()) {
      trim(window);
    }
  }

  /** Has the oldest of the tail join the middle, as far as they are stored. */
  private void trim(Window window) {
    while (tail.size() > window.chunk() || tailBytes > window.bytes() / 2) {
      QueueEntry first = tail.getFirst();
      if (!first.dead) {
        if (!first.isStored()) {
          if (paging.isPressed() && !first.undecided) {
            spill(window);
          }
          return;
        }
        page(first);
      }
      tail.removeFirst();
      tailBytes -= weight(first);
    }
    if (tailWidest > KEEP && tail.size() < tailWidest / 8) {
      tail = new ArrayDeque<>(tail);
      tailWidest = tail.size();
    }
  }

  private void page(QueueEntry entry) {
    paging.evict(entry);
    Run last = middle.peekLast();
    if (last == null || !paging.store().extend(last, entry)) {
      middle.addLast(paging.store().run(entry));
    }
    paged++;
  }

  /** Has what is beyond the window leave memory. */
  void relieve() {
    spillFailed = false;
    relieve(paging.window());
  }

  private void relieve(Window window) {
    relieveReturned(window);
    trim(window);
    if (underWay == 0) {
      trimHead(window);
    }
    spill(window);
  }

  private void relieveReturned(Window window) {
    PriorityQueue<QueueEntry> back = returned;
    if (back != null && back.size() > window.entries()) {
      QueueEntry first = back.peek();
      for (QueueEntry entry : back) {
        if (entry != first && !entry.evicted && entry.isStored()) {
          paging.evict(entry);
        }
      }
    }
  }

  /** Has the newest of the head join the middle, as far as they are stored. */
  private void trimHead(Window window) {
    ArrayDeque<QueueEntry> leaving = new ArrayDeque<>(0);
    while (head.size() > window.entries() || (headBytes > window.bytes() && head.size() > 1)) {
      QueueEntry last = head.getLast();
      if (!last.dead) {
        if (!last.isStored()) {
          break;
        }
        leaving.addFirst(last);
      }
      head.removeLast();
      headBytes -= weight(last);
    }
    ArrayDeque<Run> runs = new ArrayDeque<>(2);
    for (QueueEntry entry : leaving) {
      paging.evict(entry);
      Run last = runs.peekLast();
      if (last == null || !paging.store().extend(last, entry)) {
        runs.addLast(paging.store().run(entry));
      }
    }
    paged += leaving.size();
    for (Run run = runs.pollLast(); run != null; run = runs.pollLast()) {
      middle.addFirst(run);
    }
  }

  /** Has what is beyond the window and not stored be written, so that it can leave memory. */
  private void spill(Window window) {
    if (spilling == 0 && !spillFailed) {
      spill(head, window.entries(), 0);
      spill(tail, 0, window.chunk());
    }
  }

  private void spill(Collection<QueueEntry> ring, int keepFirst, int keepLast) {
    int at = 0;
    int end = ring.size() - keepLast;
    for (QueueEntry entry : ring) {
      if (at >= end || spilling >= SPILL) {
        return;
      }
      if (at++ >= keepFirst && !entry.undecided && !entry.dead && !entry.isStored()) {
        entry.undecided = true;
        entry.spilling = true;
        spilling++;
        paging.store().spill(entry);
      }
    }
  }

  /** A message that was to be written so that it can leave memory has been, or could not be. */
  void spilled(boolean stored) {
    spilling--;
    spillFailed |= !stored;
    if (spilling == 0 && paging.isPressed()) {
      relieve(paging.window());
    } else {
      trimIfLong();
    }
  }

  // --- the end
  // ----------------------------------------------------------------------------------------------------

  /**
   * Has the store forget all messages. The level is of no use any more; what it still waits for is told to the one that
   * takes its place.
   */
  ReadyLevel purge() {
    abandoned = true;
    ReadyLevel successor = new ReadyLevel(queue, paging, listener);
    successor.spilling = spilling;
    successor.served = true;
    if (returned != null) {
      returned.forEach(this::discard);
    }
    head.forEach(this::discard);
    middle.forEach(paging.store()::discard);
    tail.forEach(this::discard);
    return successor;
  }

  private void discard(QueueEntry entry) {
    if (!entry.dead) {
      paging.store().remove(entry, false);
    }
  }

  /** The queue is gone, and its store knows. */
  void abandon() {
    abandoned = true;
  }
}
