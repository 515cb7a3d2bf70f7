package io.waypost.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.BrokerException;
import io.waypost.broker.SessionListener;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishWindowTest {
  private final List<ManualLoop> loops = ManualLoop.group(3);
  private final List<Boolean> told = new ArrayList<>();
  private final PublishWindow window = new PublishWindow(loops.get(0), new SessionListener() {
    @Override
    public void blocked(String reason) {}

    @Override
    public void unblocked() {}

    @Override
    public void mayPublish(boolean may) {
      told.add(may);
    }

    @Override
    public void closed(BrokerException why) {}
  });

  private void send(int bytes, int loop) {
    Message message = Message.of("", "q", new byte[bytes], Properties.EMPTY, Origin.BROKER);
    loops.get(0).turn(() -> window.sent(message, loops.get(loop)));
  }

  @Test
  void holdsAPublisherUntilEnoughHasArrived() {
    for (int i = 0; i < 40; i++) {
      send(100_000, 1);
    }
    assertThat(told).containsExactly(false);

    ManualLoop.settle(loops);

    assertThat(told).containsExactly(false, true);
  }

  @Test
  void eachLoopsShareCountsForItself() {
    for (int i = 0; i < 40; i++) {
      send(200_000, 1);
      send(100_000, 2);
      loops.get(2).runSome(10);
      loops.get(0).runSome(10);
    }

    assertThat(told).containsExactly(false);
  }

  @Test
  void aPublisherThatTheQueuesKeepUpWithIsNeverHeld() {
    for (int i = 0; i < 40; i++) {
      send(200_000, 1);
      ManualLoop.settle(loops);
    }

    assertThat(told).isEmpty();
  }
}
