package io.waypost.store.log;

/** Something for the writing thread to do, in the order in which it was handed over. */
interface Work {
  /** Does it, within a cycle of the writer. */
  void run(LogWriter writer);

  /** Whether somebody waits for it; what nobody waits for may gather for some milliseconds. */
  boolean urgent();

  /** Bytes of bodies that it makes the writer write, about. */
  default long bytes() {
    return 0;
  }

  /** Before anything of a cycle is done: marks what need not be written. */
  default void skipConsumed() {}
}
