package io.waypost.architecture.wrong.engine;

import java.util.concurrent.locks.ReentrantLock;

/** The three ways to lock. */
final class Locks {
  private final ReentrantLock lock = new ReentrantLock();
  private int entered;

  synchronized void method() {
    entered++;
  }

  void block() {
    synchronized (this) {
      entered++;
    }
  }

  boolean held() {
    return lock.isLocked() && entered > 0;
  }
}
