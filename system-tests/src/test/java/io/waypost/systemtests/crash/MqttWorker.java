package io.waypost.systemtests.crash;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that comes back whenever its connection is gone, on a thread of its own, with all that it remembers. */
abstract class MqttWorker implements Runnable {
  private static final long PAUSE_MILLIS = 20;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final int port;
  private final Thread thread;
  private final String clientId;
  private volatile boolean closing;
  private volatile @Nullable MqttWire wire;
  private volatile @Nullable Throwable failure;

  MqttWorker(int port, String clientId) {
    this.port = port;
    this.clientId = clientId;
    this.thread = new Thread(this, clientId);
    thread.setDaemon(true);
  }

  final void start() {
    thread.start();
  }

  /** Talks until the connection ends or there is no more to say. */
  abstract void talk(MqttWire connected) throws IOException;

  /** Whether there is no more to say. */
  abstract boolean isDone();

  @Override
  public final void run() {
    try {
      while (!closing && !isDone()) {
        try (MqttWire connected = MqttWire.connect(port, clientId)) {
          wire = connected;
          talk(connected);
        } catch (IOException lost) {
          if (ended.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
          }
        }
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  /** Cuts the connection, as when the client is killed and its state is not. */
  final void cut() throws IOException {
    MqttWire present = wire;
    if (present != null) {
      present.close();
    }
  }

  final void close() throws IOException {
    closing = true;
    ended.countDown();
    cut();
  }

  /** Throws what went wrong on its thread. */
  final void check() {
    Throwable wrong = failure;
    if (wrong != null) {
      throw new AssertionError(clientId + " failed", wrong);
    }
  }
}
