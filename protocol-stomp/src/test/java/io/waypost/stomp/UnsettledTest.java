package io.waypost.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Delivery;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.stomp.Unsettled.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnsettledTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("it holds what an ordered map would hold")
  void likeAMap(long seed) {
    Random random = new Random(seed);
    Unsettled unsettled = new Unsettled();
    TreeMap<Long, Delivery> model = new TreeMap<>();
    long number = 0;
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          number += 1 + random.nextInt(3);
          Delivery delivery = new Nothing();
          unsettled.add(number, delivery);
          model.put(number, delivery);
        }
        case 2 -> {
          long taken = number - random.nextInt(200);
          assertThat(unsettled.contains(taken)).isEqualTo(model.containsKey(taken));
          assertThat(unsettled.take(taken)).isSameAs(model.remove(taken));
        }
        case 3 -> {
          Taken oldest = unsettled.takeOldest(number - 100);
          boolean there = !model.isEmpty() && model.firstKey() <= number - 100;
          assertThat(oldest != null).isEqualTo(there);
          if (oldest != null) {
            assertThat(oldest.delivery()).isSameAs(model.remove(oldest.number()));
          }
        }
        default -> {
          List<Taken> back = new ArrayList<>();
          for (long at = number - random.nextInt(50); at < number; at += 2) {
            Delivery delivery = unsettled.take(at);
            if (delivery != null) {
              back.add(new Taken(at, delivery));
            }
          }
          unsettled.restore(back);
        }
      }
      assertThat(unsettled.count()).isEqualTo(model.size());
    }
  }

  private static final class Nothing implements Delivery {
    @Override
    public Message message() {
      return Message.of("", "", new byte[0], Properties.EMPTY, Origin.BROKER);
    }

    @Override
    public boolean redelivered() {
      return false;
    }

    @Override
    public int attempts() {
      return 0;
    }

    @Override
    public String queue() {
      return "";
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    public long timeLeft() {
      return Message.NO_EXPIRY;
    }

    @Override
    public boolean settled() {
      return false;
    }

    @Override
    public void settle(Settlement how) {}
  }
}
