package io.waypost.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PolicySpec;
import io.waypost.broker.QueueSpec;
import io.waypost.loop.LoopGroup;
import io.waypost.loop.ManualLoop;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.queue.MemoryPressure;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueCounters.Count;
import io.waypost.queue.QueueEntry;
import io.waypost.queue.Subscriber;
import io.waypost.store.Definition;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VirtualHostTest {
  private final List<ManualLoop> loops = ManualLoop.group(2);
  private final MemoryDefinitionStore definitions = new MemoryDefinitionStore();
  private final MemoryStore store = new MemoryStore(new LoopGroup(List.copyOf(loops)));
  private final Subscriber session = new Subscriber(1, loops.get(1), "connection", "user");
  private final VirtualHost host = new VirtualHost(
      "/",
      "",
      loops.get(0),
      definitions,
      store,
      new MemoryPressure(),
      new RuleBook("/", RouteSettings.NONE));

  private <T extends @Nullable Object> T onHost(Supplier<T> action) {
    Object[] result = new Object[1];
    loops.get(0).turn(() -> result[0] = action.get());
    ManualLoop.settle(loops);
    @SuppressWarnings("unchecked")
    T value = (T) result[0];
    return value;
  }

  private Queue queue(String name, Map<String, ?> arguments) {
    QueueSpec spec = new QueueSpec(name, true, false, false, Headers.of(arguments));
    return onHost(() -> host.declareQueue(spec, session)).join();
  }

  private Queue queue(String name) {
    return queue(name, Map.of());
  }

  private void exchange(String name, String type, Map<String, ?> arguments) {
    ExchangeSpec spec = new ExchangeSpec(name, type, true, false, false, Headers.of(arguments));
    onHost(() -> host.declareExchange(spec));
  }

  private void bindQueue(String source, String queue, String key) {
    onHost(() -> host.bind(BindingSpec.toQueue(source, queue, key, Headers.empty())));
  }

  private void bindExchange(String source, String destination, String key) {
    onHost(() -> host.bind(BindingSpec.toExchange(source, destination, key, Headers.empty())));
  }

  private static Message message(String exchange, String key, Map<String, ?> headers) {
    return Message.of(
        exchange,
        key,
        new byte[] {1},
        Properties.EMPTY.withHeaders(Headers.of(headers)),
        Origin.BROKER);
  }

  private List<String> route(String exchange, String key) {
    return host.router().route(message(exchange, key, Map.of())).queues().stream()
        .map(Queue::name)
        .toList();
  }

  @Test
  void hasThePredeclaredExchangesAndKeepsThem() {
    assertThat(host.exchanges())
        .extracting(Exchange::name)
        .contains("", "amq.direct", "amq.fanout", "amq.topic", "amq.headers", "amq.match");
    assertRefused(
        ErrorCode.ACCESS_REFUSED, () -> onHost(() -> host.deleteExchange("amq.direct", false)));
    assertRefused(ErrorCode.ACCESS_REFUSED, () -> exchange("amq.own", "direct", Map.of()));
    exchange("amq.topic", "topic", Map.of());
  }

  @Test
  void theDefaultExchangeRoutesByQueueName() {
    queue("q");

    assertThat(route("", "q")).containsExactly("q");
    assertThat(route("", "other")).isEmpty();
  }

  @Test
  void exchangesMayFormACycleAndAQueueGetsOneCopy() {
    exchange("a", "fanout", Map.of());
    exchange("b", "topic", Map.of());
    queue("q");
    bindExchange("a", "b", "");
    bindExchange("b", "a", "#");
    bindQueue("a", "q", "");
    bindQueue("b", "q", "x.*");
    bindQueue("b", "q", "#");

    assertThat(route("a", "x.y")).containsExactly("q");
    assertThat(route("b", "x.y")).containsExactly("q");
  }

  @Test
  void alternateExchangesChainAndMayFormALoop() {
    exchange("a", "direct", Map.of("alternate-exchange", "b"));
    exchange("b", "direct", Map.of("alternate-exchange", "c"));
    exchange("c", "direct", Map.of("alternate-exchange", "a"));
    queue("q");
    bindQueue("c", "q", "k");

    assertThat(route("a", "k")).containsExactly("q");
    assertThat(route("a", "none")).isEmpty();
  }

  @Test
  void cachedRoutesFollowEveryChange() {
    exchange("x", "direct", Map.of());
    assertThat(route("x", "k")).isEmpty();
    queue("q");
    bindQueue("x", "q", "k");
    assertThat(route("x", "k")).containsExactly("q");
    queue("r");
    bindQueue("x", "r", "k");
    assertThat(route("x", "k")).containsExactlyInAnyOrder("q", "r");
    onHost(() -> host.unbind(BindingSpec.toQueue("x", "q", "k", Headers.empty())));
    assertThat(route("x", "k")).containsExactly("r");
    Queue r = host.queue("r");
    loops.get(1).turn(() -> r.delete(false, false));
    onHost(() -> host.remove(r));
    assertThat(route("x", "k")).isEmpty();
  }

  @Test
  void routesByHeadersAreNotCachedByKey() {
    queue("q");
    onHost(() -> host.bind(
        BindingSpec.toQueue("amq.headers", "q", "", Headers.of(Map.of("x-match", "all", "a", 1)))));

    Route with = host.router().route(message("amq.headers", "", Map.of("a", 1)));
    Route without = host.router().route(message("amq.headers", "", Map.of("a", 2)));

    assertThat(with.queues()).hasSize(1);
    assertThat(without.queues()).isEmpty();
  }

  @Test
  void anAutoDeleteExchangeGoesWithItsLastBinding() {
    ExchangeSpec spec = new ExchangeSpec("x", "fanout", false, true, false, Headers.empty());
    onHost(() -> host.declareExchange(spec));
    queue("q");
    bindQueue("x", "q", "");
    assertThat(host.findExchange("x")).isNotNull();

    onHost(() -> host.unbind(BindingSpec.toQueue("x", "q", "", Headers.empty())));

    assertThat(host.findExchange("x")).isNull();
  }

  @Test
  void deletingAnExchangeTakesItsBindingsOnBothSides() {
    exchange("a", "fanout", Map.of());
    exchange("b", "fanout", Map.of());
    queue("q");
    bindExchange("a", "b", "");
    bindQueue("b", "q", "");
    assertRefused(
        ErrorCode.PRECONDITION_FAILED, () -> onHost(() -> host.deleteExchange("b", true)));

    onHost(() -> host.deleteExchange("b", false));

    assertThat(route("a", "")).isEmpty();
    assertThat(host.exchange("a").table().isEmpty()).isTrue();
    assertThat(definitions.load()).noneMatch(Definition.Binding.class::isInstance);
  }

  @Test
  void keepsWhatIsDurableAndOnlyThat() {
    exchange("x", "direct", Map.of());
    queue("durable");
    QueueSpec transientSpec = new QueueSpec("transient", false, false, false, Headers.empty());
    QueueSpec exclusiveSpec = new QueueSpec("exclusive", true, true, false, Headers.empty());
    onHost(() -> host.declareQueue(transientSpec, session));
    onHost(() -> host.declareQueue(exclusiveSpec, session));
    bindQueue("x", "durable", "k");
    bindQueue("x", "transient", "k");

    List<Definition> kept = definitions.load();
    assertThat(kept).hasSize(3);

    VirtualHost restored = new VirtualHost(
        "/",
        "",
        loops.get(0),
        definitions,
        store,
        new MemoryPressure(),
        new RuleBook("/", RouteSettings.NONE));
    loops.get(0).turn(() -> restored.restore(kept, Map.of(), new LoopGroup(List.copyOf(loops))));
    ManualLoop.settle(loops);
    assertThat(restored.router().route(message("x", "k", Map.of())).queues())
        .singleElement()
        .satisfies(queue -> assertThat(queue.name()).isEqualTo("durable"));
  }

  @Test
  void redeclaringMustSayTheSame() {
    queue("q", Map.of("x-message-ttl", 5));
    queue("q", Map.of("x-message-ttl", 5L, "unknown", "ignored"));

    assertThatThrownBy(() -> queue("q"))
        .hasMessage(
            "inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current"
                + " is the value '5' of type 'signedint'");
    QueueSpec other = new QueueSpec("q", false, false, false, Headers.empty());
    assertThatThrownBy(() -> onHost(() -> host.declareQueue(other, session)))
        .hasMessage(
            "inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is"
                + " 'true'");
  }

  @Test
  void policiesApplyToWhatExistsAndLeaveWithIt() {
    Queue queue = queue("q");
    publish(queue, 3);

    host.policies()
        .put(new PolicySpec(
            "limit",
            false,
            "^q$",
            PolicySpec.ApplyTo.QUEUES,
            0,
            Headers.of(Map.of("max-length", 1L))));
    onHost(() -> {
      host.applyPolicies();
      return true;
    });
    assertThat(queue.counters().get(Count.READY)).isEqualTo(1);

    host.policies().remove("limit", false);
    onHost(() -> {
      host.applyPolicies();
      return true;
    });
    publish(queue, 2);
    assertThat(queue.counters().get(Count.READY)).isEqualTo(3);
  }

  @Test
  void policiesLeaveQueuesOfRepliesAlone() {
    host.policies()
        .put(new PolicySpec(
            "limit",
            false,
            ".*",
            PolicySpec.ApplyTo.QUEUES,
            0,
            Headers.of(Map.of("max-length", 0L))));
    QueueSpec spec =
        new QueueSpec("replies", false, true, true, Headers.empty(), QueueSpec.Kind.REPLY);
    Queue replies = onHost(() -> host.declareQueue(spec, session)).join();

    publish(replies, 1);

    assertThat(replies.counters().get(Count.READY)).isEqualTo(1);
  }

  private void publish(Queue queue, int count) {
    for (int i = 0; i < count; i++) {
      queue.loop().execute(new QueueEntry(queue, message("", "q", Map.of()), 1, null));
    }
    ManualLoop.settle(loops);
  }

  @Test
  void deadLettersAreRoutedAndAnEndlessCycleIsCut() {
    Queue dead = queue("dead");
    Queue loop = queue("loop", Map.of("x-message-ttl", 10, "x-dead-letter-exchange", ""));
    Queue queue = queue(
        "q",
        Map.of(
            "x-message-ttl",
            10,
            "x-dead-letter-exchange",
            "",
            "x-dead-letter-routing-key",
            "dead"));
    loop.loop().execute(new QueueEntry(loop, message("", "loop", Map.of()), 1, null));
    publish(queue, 1);

    ManualLoop.advance(loops, 50);

    assertThat(dead.counters().get(Count.READY)).isEqualTo(1);
    assertThat(loop.counters().get(Count.READY)).isZero();
    assertThat(loop.counters().get(Count.PUBLISHED)).isEqualTo(1);
  }

  @Test
  void delayedMessagesComeInOrderOfTheirTimeWhenItHasCome() {
    exchange("d", "x-delayed-message", Map.of("x-delayed-type", "direct"));
    Queue queue = queue("q");
    bindQueue("d", "q", "k");
    long years = TimeUnit.DAYS.toMillis(3650);
    delay(2000);
    delay(1000);
    delay(years);
    assertThat(queue.counters().get(Count.READY)).isZero();

    ManualLoop.advance(loops, 999);
    assertThat(queue.counters().get(Count.READY)).isZero();
    ManualLoop.advance(loops, 1);
    assertThat(queue.counters().get(Count.READY)).isEqualTo(1);
    ManualLoop.advance(loops, 1000);
    assertThat(queue.counters().get(Count.READY)).isEqualTo(2);
    ManualLoop.advance(loops, years);
    assertThat(queue.counters().get(Count.READY)).isEqualTo(3);
  }

  private void delay(long millis) {
    Message message = message("d", "k", Map.of("x-delay", millis));
    Route route = host.router().route(message);
    assertThat(route.queues()).isEmpty();
    assertThat(route.delays()).hasSize(1);
    host.delay(route.delays().get(0), message, null);
    ManualLoop.settle(loops);
  }

  @Test
  void aDelayedExchangeWithoutDelayRoutesAtOnce() {
    exchange("d", "x-delayed-message", Map.of("x-delayed-type", "topic"));
    queue("q");
    bindQueue("d", "q", "a.*");

    assertThat(route("d", "a.b")).containsExactly("q");
    assertRefused(
        ErrorCode.PRECONDITION_FAILED,
        () -> exchange("bad", "x-delayed-message", Map.of("x-delayed-type", "nope")));
  }

  @Test
  void bindingNeedsBothEnds() {
    assertThatThrownBy(() -> bindQueue("none", "q", "k"))
        .hasMessage("no exchange 'none' in vhost '/'");
    assertThatThrownBy(() -> bindQueue("amq.direct", "q", "k"))
        .hasMessage("no queue 'q' in vhost '/'");
  }

  private static void assertRefused(ErrorCode code, Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(BrokerException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
