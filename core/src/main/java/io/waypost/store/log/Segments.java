package io.waypost.store.log;

import io.waypost.store.QueueStore;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All segments by number, those that were compacted away included for as long as notes may lead to them. Any thread. */
final class Segments {
  private final Map<Integer, Segment> byNumber = new ConcurrentHashMap<>();

  void add(Segment segment) {
    byNumber.put(segment.number(), segment);
  }

  @Nullable
  Segment get(int number) {
    return byNumber.get(number);
  }

  /** Forgets a segment that nothing living is in, and those whose messages went there. */
  void remove(Segment segment) {
    byNumber.remove(segment.number());
    for (Segment each : byNumber.values()) {
      Segment.Forward forward = each.forward;
      if (forward != null && forward.to() == segment) {
        remove(each);
      }
    }
  }

  /** What lived in a segment is somewhere else now; so is what was moved there before. */
  void forward(Segment segment, Segment.Forward forward) {
    for (Segment each : byNumber.values()) {
      Segment.Forward before = each.forward;
      if (before != null && before.to() == segment) {
        each.forward = before.then(forward);
      }
    }
    segment.forward = forward;
  }

  /** Where a message is now that once was at the place; {@link QueueStore#NOWHERE} if it is gone. */
  long resolve(long place) {
    int ordinal = Place.ordinal(place);
    Segment segment = byNumber.get(Place.segment(place));
    while (segment != null) {
      Segment.Forward forward = segment.forward;
      if (forward == null) {
        return Place.of(segment.number(), ordinal);
      }
      ordinal = forward.find(ordinal);
      if (ordinal < 0) {
        return QueueStore.NOWHERE;
      }
      segment = forward.to();
    }
    return QueueStore.NOWHERE;
  }

  /** The segment in which the messages of that one are now; null if none of them lives. */
  @Nullable
  Segment present(int number) {
    Segment segment = byNumber.get(number);
    while (segment != null) {
      Segment.Forward forward = segment.forward;
      if (forward == null) {
        return segment;
      }
      segment = forward.to();
    }
    return null;
  }

  /** Those that are not compacted away, in the order of their messages. */
  List<Segment> inOrder() {
    return byNumber.values().stream()
        .filter(segment -> segment.forward == null && !segment.gone)
        .sorted(Comparator.comparingInt(segment -> segment.firstOrder))
        .toList();
  }

  Collection<Segment> all() {
    return byNumber.values();
  }
}
