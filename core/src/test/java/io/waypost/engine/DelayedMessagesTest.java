package io.waypost.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PublishOutcome;
import io.waypost.loop.ManualLoop;
import io.waypost.loop.ManualLoop.ManualClock;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.queue.MapStore;
import io.waypost.queue.MemoryPressure;
import io.waypost.queue.Receipt;
import io.waypost.routing.ExchangeTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelayedMessagesTest {
  private static final int MANY = 6000;

  private final MemoryPressure pressure = new MemoryPressure();
  private final Exchange exchange = new Exchange(
      new ExchangeSpec("d", Exchange.DELAYED, true, false, false, Headers.empty()),
      "fanout",
      ExchangeTypes.<Destination>table("fanout").orElseThrow());
  private final List<String> published = new ArrayList<>();
  private final List<Boolean> flags = new ArrayList<>();
  private final List<PublishOutcome> outcomes = new ArrayList<>();
  private List<ManualLoop> loops = ManualLoop.group(1);
  private final MapStore disk = new MapStore(loops.get(0), true, 1000);
  private @Nullable PublishOutcome arrival = PublishOutcome.ROUTED;
  private DelayedMessages delayed = started();

  private DelayedMessages started() {
    DelayedMessages fresh =
        new DelayedMessages(exchange, loops.get(0), disk, pressure, this::publish);
    loops.get(0).turn(fresh::start);
    ManualLoop.settle(loops);
    return fresh;
  }

  private void restart() {
    loops = List.of(new ManualLoop(0, (ManualClock) loops.get(0).clock()));
    disk.restart(loops.get(0));
    delayed = started();
  }

  private void publish(Exchange from, Message message, boolean again, @Nullable Receipt receipt) {
    flags.add(again);
    published.add(new String(message.body(), StandardCharsets.UTF_8));
    if (receipt != null && arrival != null) {
      receipt.decided(arrival);
    }
  }

  private void add(String body, long millis, boolean persistent) {
    Properties properties = new Properties(
        null,
        null,
        Headers.of(Map.of("x-delay", millis)),
        persistent,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
    Message message =
        Message.of("d", "", body.getBytes(StandardCharsets.UTF_8), properties, Origin.BROKER);
    loops.get(0).turn(() -> delayed.add(message, false, outcomes::add));
    ManualLoop.settle(loops);
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void ofManyOnlySomeAreInMemoryAndAllComeInTheOrderOfTheirTimes() {
    for (int i = MANY - 1; i >= 0; i--) {
      add(Integer.toString(i), 1000 + i, true);
    }
    long each = disk.held() / MANY;
    assertThat(each).isLessThan(400);

    ManualLoop.advance(loops, 3999);
    assertThat(published).isEqualTo(numbers(0, 3000));
    ManualLoop.advance(loops, 3001);

    assertThat(published).isEqualTo(numbers(0, MANY));
    assertThat(disk.stored()).isZero();
    assertThat(disk.held()).isZero();
  }

  @Test
  void whatIsTransientLeavesMemoryUnderPressure() {
    for (int i = 0; i < 100; i++) {
      add(Integer.toString(i), 1000, false);
    }
    assertThat(disk.stored()).isZero();
    long before = disk.held();

    pressure.set(true);
    loops.get(0).turn(delayed::relieve);
    ManualLoop.settle(loops);
    add("100", 1000, false);

    assertThat(disk.held()).isLessThan(before / 2);
    assertThat(disk.stored()).isEqualTo(101);
    ManualLoop.advance(loops, 1000);
    assertThat(published).isEqualTo(numbers(0, 101));
    assertThat(disk.held()).isZero();
  }

  @Test
  void whatCouldNotBeStoredIsNotPublishedLater() {
    disk.failWhen(() -> true);
    add("a", 1000, true);
    disk.failWhen(() -> false);
    add("b", 1000, true);
    ManualLoop.advance(loops, 1000);

    assertThat(outcomes).containsExactly(PublishOutcome.FAILED, PublishOutcome.ROUTED);
    assertThat(published).containsExactly("b");
    assertThat(disk.held()).isZero();
  }

  @Test
  void whatWasDueMeanwhileComesAtTheStartAndTheRestInTime() {
    add("transient", 500, false);
    add("third", 3000, true);
    add("second", 1001, true);
    add("first", 1000, true);
    ManualLoop.advance(loops, 400);
    ManualClock clock = (ManualClock) loops.get(0).clock();
    List<ManualLoop> nobody = List.of(new ManualLoop(0, clock));
    ManualLoop.advance(nobody, 1600);

    restart();
    ManualLoop.advance(loops, 0);
    assertThat(published).containsExactly("first", "second");
    ManualLoop.advance(loops, 999);
    assertThat(published).hasSize(2);
    ManualLoop.advance(loops, 1);
    assertThat(published).containsExactly("first", "second", "third");
    assertThat(flags).doesNotContain(true);
    assertThat(disk.stored()).isZero();
  }

  @Test
  void aMessageLeavesTheStoreWhenItHasArrived() {
    add("a", 1000, true);
    arrival = null;
    ManualLoop.advance(loops, 1000);
    assertThat(published).containsExactly("a");
    assertThat(disk.stored()).isEqualTo(1);

    restart();
    arrival = PublishOutcome.FAILED;
    ManualLoop.advance(loops, 0);
    assertThat(published).containsExactly("a", "a");
    ManualLoop.advance(loops, 4999);
    assertThat(published).hasSize(2);
    arrival = PublishOutcome.ROUTED;
    ManualLoop.advance(loops, 1);

    assertThat(published).hasSize(3);
    assertThat(flags).as("may be there already").containsExactly(false, true, true);
    assertThat(disk.stored()).isZero();
    assertThat(disk.held()).isZero();
  }

  @Test
  void whatCannotBeReadIsLeftOut() {
    for (int i = 0; i < 5000; i++) {
      add(Integer.toString(i), 1000, true);
    }
    disk.loseWhen(() -> true);
    ManualLoop.advance(loops, 1000);

    assertThat(published).hasSizeBetween(4000, 4999);
    assertThat(disk.stored()).as("what is kept").isEqualTo(5000 - published.size());
    assertThat(disk.held()).isZero();
  }

  @Test
  void anExchangeThatIsGoneKeepsNothing() {
    add("a", 1000, true);
    loops.get(0).turn(delayed::drop);
    ManualLoop.advance(loops, 1000);

    assertThat(published).isEmpty();
    assertThat(disk.stored()).isZero();
  }
}
