package io.waypost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for the bindings of an exchange of any type. Destinations are strings here. */
abstract class BindingTableContract {
  private static final int MANY = 100_000;

  final BindingTable<String> table = ExchangeTypes.<String>table(type()).orElseThrow();

  abstract String type();

  /** Key of the n-th binding, different from every other unless the arguments are. */
  abstract String key(int n);

  /** Arguments of the n-th binding. */
  abstract Headers arguments(int n);

  /** A message that the n-th binding matches. */
  abstract Message message(int n);

  @Test
  void aNewTableIsEmptyAndMatchesNothing() {
    assertThat(table.isEmpty()).isTrue();
    assertThat(table.bindings()).isEmpty();
    assertThat(matches(1)).isEmpty();
  }

  @Test
  void aBoundDestinationIsMatched() {
    assertThat(bind("q", 1)).isTrue();
    assertThat(matches(1)).containsExactly("q");
    assertThat(table.isEmpty()).isFalse();
  }

  @Test
  void bindingAgainChangesNothing() {
    bind("q", 1);
    assertThat(bind("q", 1)).isFalse();
    assertThat(table.bindings()).hasSize(1);
    assertThat(unbind("q", 1)).isTrue();
    assertThat(matches(1)).isEmpty();
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void unbindingWhatIsNotBoundSaysSo() {
    bind("q", 1);
    assertThat(unbind("q", 2)).isFalse();
    assertThat(unbind("other", 1)).isFalse();
    assertThat(table.unbindAll("other")).isEmpty();
    assertThat(matches(1)).containsExactly("q");
  }

  @Test
  void everyDestinationOfAKeyIsMatched() {
    bind("a", 1);
    bind("b", 1);
    bind("c", 1);
    assertThat(matches(1)).containsExactlyInAnyOrder("a", "b", "c");
    unbind("b", 1);
    assertThat(matches(1)).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void bindingsThatDifferInArgumentsAloneAreTwo() {
    Headers more = arguments(1).with("x-note", "second");
    assertThat(bind("q", 1)).isTrue();
    assertThat(table.bind("q", key(1), more)).isTrue();
    assertThat(matches(1)).containsExactly("q");
    assertThat(unbind("q", 1)).isTrue();
    assertThat(table.bindings()).containsExactly(new Binding<>("q", key(1), more));
    assertThat(matches(1)).containsExactly("q");
    assertThat(table.unbind("q", key(1), more)).isTrue();
    assertThat(matches(1)).isEmpty();
  }

  @Test
  void theOrderOfArgumentsDoesNotMatter() {
    Headers one = arguments(1).with("x-a", 1).with("x-b", 2);
    Headers other = Headers.of(Map.of("x-b", 2)).with("x-a", 1);
    for (var argument : arguments(1)) {
      other = other.with(argument.name(), argument.value());
    }
    assertThat(table.bind("q", key(1), one)).isTrue();
    assertThat(table.bind("q", key(1), other)).isFalse();
    assertThat(table.unbind("q", key(1), other)).isTrue();
    assertThat(table.isEmpty()).isTrue();
  }

  @Test
  void unbindAllTakesAllOfOneDestinationAndNothingElse() {
    bind("q", 1);
    bind("q", 2);
    bind("q", 3);
    bind("other", 2);
    unbind("q", 3);
    assertThat(table.unbindAll("q"))
        .containsExactlyInAnyOrder(
            new Binding<>("q", key(1), arguments(1)), new Binding<>("q", key(2), arguments(2)));
    assertThat(table.bindings()).containsExactly(new Binding<>("other", key(2), arguments(2)));
    assertThat(matches(2)).containsExactly("other");
    assertThat(table.unbindAll("q")).isEmpty();
    assertThat(bind("q", 1)).isTrue();
  }

  @Test
  void destinationsAreAddedToWhatIsThere() {
    bind("q", 1);
    List<String> into = new ArrayList<>(List.of("before"));
    table.match(message(1), message(1).routingKey(), into);
    assertThat(into).containsExactly("before", "q");
  }

  @Test
  @Timeout(60)
  void changesStayCheapWithManyDestinationsOfOneKey() {
    for (int i = 0; i < MANY; i++) {
      bind("q" + i, 1);
    }
    assertThat(matches(1)).hasSize(MANY).doesNotHaveDuplicates();
    for (int i = 0; i < MANY; i++) {
      table.unbindAll("q" + i);
    }
    assertThat(table.isEmpty()).isTrue();
    assertThat(matches(1)).isEmpty();
  }

  @Test
  @Timeout(60)
  void changesStayCheapWithManyKeysOfOneDestination() {
    for (int i = 0; i < MANY; i++) {
      bind("q", i);
    }
    assertThat(matches(MANY / 2)).containsExactly("q");
    for (int i = 0; i < MANY; i += 2) {
      assertThat(unbind("q", i)).isTrue();
    }
    assertThat(table.unbindAll("q")).hasSize(MANY / 2);
    assertThat(matches(1)).isEmpty();
  }

  @Test
  void readersSeeEveryCompletedChangeWhileTheWriterGoesOn() throws Exception {
    ReaderCheck check = new ReaderCheck();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        running.add(CompletableFuture.runAsync(check, readers));
      }
      for (int n = 1; n <= 500; n++) {
        bind("kept" + n, n % 50);
        check.bound = n;
        bind("gone", n % 50);
        bind("gone", (n + 1) % 50);
        if (n % 3 == 0) {
          table.unbindAll("gone");
        } else {
          unbind("gone", n % 50);
          unbind("gone", (n + 1) % 50);
        }
      }
      check.bound = ReaderCheck.END;
      for (CompletableFuture<Void> reader : running) {
        reader.get();
      }
    } finally {
      readers.shutdown();
    }
    assertThat(table.bindings()).hasSize(500);
  }

  boolean bind(String destination, int n) {
    return table.bind(destination, key(n), arguments(n));
  }

  boolean unbind(String destination, int n) {
    return table.unbind(destination, key(n), arguments(n));
  }

  List<String> matches(int n) {
    return matches(message(n));
  }

  List<String> matches(Message message) {
    List<String> into = new ArrayList<>();
    table.match(message, message.routingKey(), into);
    return into;
  }

  static Message published(String key, Headers headers) {
    return Message.of("x", key, new byte[0], Properties.EMPTY.withHeaders(headers), Origin.BROKER);
  }

  static Headers headers(@Nullable Object... namesAndValues) {
    Headers headers = Headers.empty();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers = headers.with((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  private final class ReaderCheck implements Runnable {
    static final int END = -1;
    volatile int bound;

    @Override
    public void run() {
      Map<Integer, Message> messages = new HashMap<>();
      for (int n = bound; n != END; n = bound) {
        if (n > 0) {
          Message message = messages.computeIfAbsent(n % 50, BindingTableContract.this::message);
          assertThat(matches(message)).contains("kept" + n).doesNotHaveDuplicates();
        }
      }
    }
  }
}
