package io.waypost.loop;

import java.util.List;

/**
 * The loops of a broker, as many as cores.
 *
 * @param loops the loops, each at the place that its {@link Loop#index()} says; at least one
 */
public record LoopGroup(List<Loop> loops) {
  /** Checks that there is a loop and copies the list. */
  public LoopGroup {
    loops = List.copyOf(loops);
    if (loops.isEmpty()) {
      throw new IllegalArgumentException("no loops");
    }
  }

  /** The loop at a place that follows from the number, the same for the same number. */
  public Loop at(int number) {
    return loops.get(Math.floorMod(number, loops.size()));
  }

  /** The number of loops. */
  public int size() {
    return loops.size();
  }
}
