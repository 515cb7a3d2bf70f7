package io.waypost.store.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which segments are the log from the checkpoint on, each saying which is before it, and which are left over from starts
 * in vain. On the thread that opens the store.
 */
final class LogChain {
  private final SegmentFiles files;
  private final Segments segments;
  private final Damage damage;

  LogChain(SegmentFiles files, Segments segments, Damage damage) {
    this.files = files;
    this.segments = segments;
    this.damage = damage;
  }

  /** The segments of the log in their order. Deletes those that are needed no more. */
  List<SegmentHeader> find(@Nullable Checkpoint checkpoint) throws IOException {
    Map<Integer, SegmentHeader> byPrevious = new HashMap<>();
    SegmentHeader next = null;
    for (SegmentHeader header : files.headers()) {
      if (header.moved()) {
        continue;
      }
      // Of two that say so the later one: the other could not be brought into use.
      byPrevious.put(header.previous(), header);
      if (checkpoint == null ? header.previous() == 0 : header.number() == checkpoint.segment()) {
        next = header;
      }
    }
    if (next == null && !files.headers().isEmpty()) {
      damage.found(files.folder() + ": the log's " + (checkpoint == null ? "first" : "last")
          + " segment is missing");
      next = behind(0);
    }
    List<SegmentHeader> chain = new ArrayList<>();
    while (next != null) {
      chain.add(next);
      SegmentHeader after = byPrevious.get(next.number());
      next = after == null && damage.isSalvaged() ? behind(next.number()) : after;
    }
    deleteLeftovers(checkpoint, chain);
    return chain;
  }

  /** The first of the log's segments with a higher number. */
  private @Nullable SegmentHeader behind(int number) {
    return files.headers().stream()
        .filter(each -> !each.moved() && each.number() > number)
        .findFirst()
        .orElse(null);
  }

  private void deleteLeftovers(@Nullable Checkpoint checkpoint, List<SegmentHeader> chain)
      throws IOException {
    for (SegmentHeader header : files.headers()) {
      boolean needed =
          header.moved() || segments.get(header.number()) != null || chain.contains(header);
      if (needed || damage.isSalvaged()) {
        continue;
      }
      boolean deleted = checkpoint != null && header.number() < checkpoint.segment();
      if (!deleted && !isByLaterStart(header, chain)) {
        damage.found(files.path(header.number()) + " does not follow any other segment");
        continue;
      }
      files.delete(header.number());
    }
  }

  /** Whether it was made in vain: another one took its place. */
  private static boolean isByLaterStart(SegmentHeader header, List<SegmentHeader> chain) {
    return chain.stream()
        .anyMatch(each -> each.previous() == header.previous() && each.number() > header.number());
  }
}
