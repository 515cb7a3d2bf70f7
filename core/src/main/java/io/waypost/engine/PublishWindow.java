package io.waypost.engine;

import io.waypost.broker.SessionListener;
import io.waypost.loop.Loop;
import io.waypost.message.Message;
import java.util.Arrays;

/**
 * Keeps a publisher from running ahead of queues on other loops. Behind every {@link #STEP} bytes that it sends to one
 * of them goes a marker; a marker that comes back says that all before it arrived. With too many markers out, the
 * publisher's socket is not read.
 */
final class PublishWindow {
  private static final int STEP = 256 * 1024;
  private static final int MOST = 6;

  private final Loop loop;
  private final SessionListener listener;
  private int[] sinceMarker = {};
  private int markers;
  private boolean held;

  PublishWindow(Loop loop, SessionListener listener) {
    this.loop = loop;
    this.listener = listener;
  }

  /** A message went to a queue on that loop. */
  void sent(Message message, Loop target) {
    int index = target.index();
    if (index >= sinceMarker.length) {
      sinceMarker = Arrays.copyOf(sinceMarker, index + 1);
    }
    sinceMarker[index] += message.footprint();
    if (sinceMarker[index] < STEP) {
      return;
    }
    sinceMarker[index] = 0;
    markers++;
    target.execute(() -> loop.execute(this::markerBack));
    if (markers >= MOST && !held) {
      held = true;
      listener.mayPublish(false);
    }
  }

  private void markerBack() {
    markers--;
    if (held && markers <= MOST / 2) {
      held = false;
      listener.mayPublish(true);
    }
  }
}
