package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.amqp.Unacked.Taken;
import io.waypost.broker.Delivery;
import io.waypost.broker.Settlement;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnackedTest {
  private final Unacked unacked = new Unacked();
  private final List<Long> taken = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("it does what a sorted map would do, whatever is asked of it")
  void likeASortedMap(long seed) {
    Random random = new Random(seed);
    TreeMap<Long, Delivery> model = new TreeMap<>();
    long tag = 0;
    for (int step = 0; step < 20_000; step++) {
      int what = random.nextInt(10);
      if (what < 6) {
        tag += 1 + (random.nextInt(4) == 0 ? random.nextInt(5) : 0);
        Delivery delivery = new Loan();
        model.put(tag, delivery);
        unacked.add(tag, delivery, null);
      } else if (what < 9) {
        long one = random.nextLong(tag + 2);
        Delivery expected = model.remove(one);
        assertThat(take(one, false)).isEqualTo(expected != null);
        assertThat(taken).isEqualTo(expected == null ? List.of() : List.of(one));
      } else if (random.nextInt(10) == 0) {
        long upTo = random.nextLong(tag + 2);
        boolean there = model.containsKey(upTo) || upTo == 0;
        List<Long> expected = upTo == 0
            ? List.copyOf(model.keySet())
            : List.copyOf(model.headMap(upTo, true).keySet());
        assertThat(take(upTo, true)).isEqualTo(there);
        assertThat(taken).isEqualTo(there ? expected : List.of());
        if (there) {
          model.keySet().removeAll(expected);
        }
      }
      assertThat(unacked.count()).isEqualTo(model.size());
    }
  }

  @Test
  @DisplayName("a delivery that is never settled does not keep the room of those behind it")
  void holes() {
    unacked.add(1, new Loan(), null);
    for (long tag = 2; tag < 100_000; tag++) {
      unacked.add(tag, new Loan(), null);
      assertThat(take(tag, false)).isTrue();
    }

    assertThat(unacked.count()).isEqualTo(1);
    assertThat(unacked.span()).isLessThan(100);
    assertThat(take(0, true)).isTrue();
    assertThat(taken).containsExactly(1L);
  }

  @Test
  @DisplayName("deliveries added while others are taken stay")
  void addedMeanwhile() {
    for (long tag = 1; tag <= 3; tag++) {
      unacked.add(tag, new Loan(), null);
    }
    unacked.takeAll((tag, delivery, consumer) -> unacked.add(tag + 100, delivery, consumer));

    assertThat(unacked.count()).isEqualTo(3);
    assertThat(take(0, true)).isTrue();
    assertThat(taken).containsExactly(101L, 102L, 103L);
  }

  @Test
  @DisplayName("what is put back is at its old place")
  void restore() {
    List<Taken> back = new ArrayList<>();
    for (long tag = 1; tag <= 5; tag++) {
      unacked.add(tag, new Loan(), null);
    }
    unacked.take(
        4, false, (tag, delivery, consumer) -> back.add(new Taken(tag, delivery, consumer)));
    unacked.take(
        2, true, (tag, delivery, consumer) -> back.add(new Taken(tag, delivery, consumer)));
    unacked.add(6, new Loan(), null);

    unacked.restore(back);

    assertThat(take(4, true)).isTrue();
    assertThat(taken).containsExactly(1L, 2L, 3L, 4L);
    assertThat(unacked.count()).isEqualTo(2);
  }

  private boolean take(long tag, boolean multiple) {
    taken.clear();
    return unacked.take(tag, multiple, (one, delivery, consumer) -> taken.add(one));
  }

  private static final class Loan implements Delivery {
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
    public void settle(Settlement how) {
      throw new AssertionError("nobody settles here");
    }
  }
}
