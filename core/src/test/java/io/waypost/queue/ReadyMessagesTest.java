package io.waypost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.loop.LoopGroup;
import io.waypost.loop.ManualLoop;
import io.waypost.loop.ManualLoop.ManualClock;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.store.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadyMessagesTest {
  private final Queue queue = new QueueFixture(Map.of()).queue;
  private final Message message = Message.of("", "", new byte[0], Properties.EMPTY, Origin.BROKER);
  private long positions;

  private ReadyMessages readyMessages() {
    MemoryStore store =
        new MemoryStore(new LoopGroup(List.of(new ManualLoop(0, new ManualClock()))));
    Paging paging = new Paging(store.open(1, false, queue.loop()), new MemoryPressure());
    return new ReadyMessages(queue, 0, paging, new ReadyLevel.Listener() {
      @Override
      public void loaded() {
        throw new AssertionError("everything is in memory");
      }

      @Override
      public void lost(int messages, long bytes) {
        throw new AssertionError("nothing can be lost");
      }
    });
  }

  private QueueEntry entry() {
    QueueEntry entry = new QueueEntry(queue, message, 1, null);
    entry.position = positions++;
    return entry;
  }

  @Test
  void keepsItsOrderWhileItGrowsAndShrinks() {
    ReadyMessages ready = readyMessages();
    int most = 100_000;
    for (int i = 0; i < most; i++) {
      ready.add(entry());
    }
    long expected = 0;
    while (ready.size() > 3) {
      assertThat(position(ready.poll())).isEqualTo(expected++);
    }
    ready.add(entry());
    while (ready.size() > 0) {
      assertThat(position(ready.poll())).isEqualTo(expected++);
    }
    assertThat(expected).isEqualTo(most + 1L);
    assertThat(ready.poll()).isNull();
  }

  @Test
  void whatComesBackIsNextInItsOldOrder() {
    ReadyMessages ready = readyMessages();
    for (int i = 0; i < 5; i++) {
      ready.add(entry());
    }
    QueueEntry first = Objects.requireNonNull(ready.poll());
    QueueEntry second = Objects.requireNonNull(ready.poll());
    ready.putBack(second);
    ready.putBack(first);

    for (long expected = 0; expected < 5; expected++) {
      assertThat(position(ready.poll())).isEqualTo(expected);
    }
  }

  private static long position(@Nullable QueueEntry entry) {
    return entry == null ? -1 : entry.position;
  }
}
