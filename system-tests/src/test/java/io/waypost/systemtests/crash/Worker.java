package io.waypost.systemtests.crash;

/** Something that uses the broker until it is told to stop, or until the broker ends. */
@FunctionalInterface
interface Worker {
  /** Works; any exception is a fault unless the broker's end is expected. */
  void work() throws Exception;
}
