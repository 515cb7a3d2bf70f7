package io.waypost.store.log;

import io.waypost.message.Message;
import io.waypost.store.QueueStore.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one turn of a loop, in their order. Filled by the loop, then handed over whole to the writing thread;
 * commands are columns of arrays, so that a command costs no object.
 */
final class Turn implements Work {
  private static final byte APPEND = 0;
  private static final byte SPILL = 1;
  private static final byte REMOVE = 2;
  private static final byte REMOVE_CONSUMED = 3;
  private static final byte REMOVE_PLACE = 4;
  private static final byte RETURNED = 5;
  private static final byte DELIVERING = 6;
  private static final byte DROP = 7;
  private static final byte CALL = 8;
  private static final byte NOTED = 9;

  private byte[] kinds;
  private LogQueue[] queues;
  private @Nullable Entry[] subjects;
  private long[] numbers;
  private int size;
  private boolean urgent;
  private boolean consumed;
  private long bytes;
  private final List<Runnable> calls = new ArrayList<>(0);
  private final AtomicLong turnsDone;

  /**
   * No commands.
   *
   * @param room for how many there is room
   * @param turnsDone how many turns of this loop were carried out
   */
  Turn(int room, AtomicLong turnsDone) {
    this.turnsDone = turnsDone;
    kinds = new byte[room];
    queues = new LogQueue[room];
    subjects = new Entry[room];
    numbers = new long[room];
  }

  int size() {
    return size;
  }

  @Override
  public boolean urgent() {
    return urgent;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  void append(LogQueue queue, Entry entry, Message message) {
    add(APPEND, queue, entry, 0);
    bytes += message.footprint();
    urgent = true;
  }

  void spill(LogQueue queue, Entry entry, Message message) {
    add(SPILL, queue, entry, 0);
    bytes += message.footprint();
    urgent = true;
  }

  void remove(LogQueue queue, Entry entry, boolean wasConsumed) {
    add(wasConsumed ? REMOVE_CONSUMED : REMOVE, queue, entry, 0);
    consumed |= wasConsumed;
  }

  void remove(LogQueue queue, long place) {
    add(REMOVE_PLACE, queue, null, place);
  }

  void returned(LogQueue queue, Entry entry, int attempts) {
    add(RETURNED, queue, entry, attempts);
  }

  void delivering(LogQueue queue, long position, Runnable noted) {
    add(DELIVERING, queue, null, position);
    add(NOTED, queue, null, calls.size());
    calls.add(noted);
    urgent = true;
  }

  void drop(LogQueue queue) {
    add(DROP, queue, null, 0);
  }

  /** Something that is not to be done before the writer knows of the commands before it. */
  void call(LogQueue queue, Runnable task) {
    add(CALL, queue, null, calls.size());
    calls.add(task);
    urgent = true;
  }

  private void add(byte kind, LogQueue queue, @Nullable Entry subject, long number) {
    if (size == kinds.length) {
      int room = 2 * size;
      kinds = Arrays.copyOf(kinds, room);
      queues = Arrays.copyOf(queues, room);
      subjects = Arrays.copyOf(subjects, room);
      numbers = Arrays.copyOf(numbers, room);
    }
    kinds[size] = kind;
    queues[size] = queue;
    subjects[size] = subject;
    numbers[size] = number;
    size++;
  }

  @Override
  public void skipConsumed() {
    if (!consumed) {
      return;
    }
    for (int i = 0; i < size; i++) {
      if (kinds[i] == REMOVE_CONSUMED) {
        Entry entry = known(subjects[i]);
        // One with a stamp is written all the same: its publisher may offer it again after a crash.
        if (entry.place() == Place.PENDING && entry.stamp() == null) {
          entry.place(Place.SKIPPED);
        }
      }
    }
  }

  @Override
  public void run(LogWriter writer) {
    MessageCommands messages = writer.messages;
    for (int i = 0; i < size; i++) {
      try {
        run(messages, i);
      } catch (RuntimeException | Error failure) {
        writer.failed(failure);
        Entry subject = subjects[i];
        if ((kinds[i] == APPEND || kinds[i] == SPILL) && known(subject).place() == Place.PENDING) {
          writer.outcomes.refuse(queues[i], known(subject));
        }
      }
    }
    turnsDone.lazySet(turnsDone.get() + 1);
  }

  private void run(MessageCommands messages, int number) {
    LogQueue queue = queues[number];
    Entry subject = subjects[number];
    switch (kinds[number]) {
      case APPEND -> messages.append(queue, known(subject), 0);
      case SPILL -> messages.append(queue, known(subject), Row.TRANSIENT);
      case REMOVE, REMOVE_CONSUMED -> messages.remove(queue, known(subject).place());
      case REMOVE_PLACE -> messages.remove(queue, numbers[number]);
      case RETURNED -> messages.returned(known(subject).place(), (int) numbers[number]);
      case DELIVERING -> messages.delivering(queue, numbers[number]);
      case DROP -> messages.drop(queue);
      case NOTED -> messages.tell(queue, calls.get((int) numbers[number]));
      case CALL -> calls.get((int) numbers[number]).run();
      default -> throw new IllegalStateException("no kind of command: " + kinds[number]);
    }
  }

  private static Entry known(@Nullable Entry subject) {
    if (subject == null) {
      throw new IllegalStateException("a command without its subject");
    }
    return subject;
  }
}
