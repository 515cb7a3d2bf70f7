package io.waypost.architecture.wrong.store;

/** The one room that may. */
final class Locks {
  private int entered;

  synchronized int enter() {
    return ++entered;
  }
}
