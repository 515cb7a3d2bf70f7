package io.waypost.engine;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BindingSpec.DestinationKind;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.PublishOutcome;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.RouteSpec;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.policy.Policies;
import io.waypost.queue.DeadLetters;
import io.waypost.queue.MemoryPressure;
import io.waypost.queue.Queue;
import io.waypost.queue.QueueArguments;
import io.waypost.queue.QueueEntry;
import io.waypost.queue.QueueOwner;
import io.waypost.queue.QueueSettings;
import io.waypost.queue.Receipt;
import io.waypost.queue.Subscriber;
import io.waypost.routing.Binding;
import io.waypost.routing.BindingTable;
import io.waypost.routing.ExchangeTypes;
import io.waypost.routing.SmallSet;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import io.waypost.store.MessageStore;
import io.waypost.store.QueueStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual host: its exchanges, queues and bindings. Any loop may look things up and route; only the virtual host's own
 * loop, {@link #loop()}, changes them, so that changes are one after another without a lock.
 */
final class VirtualHost implements QueueOwner {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualHost.class);

  private static final List<ExchangeSpec> PREDECLARED = List.of(
      predeclared("", ExchangeTypes.DIRECT, false),
      predeclared("amq.direct", ExchangeTypes.DIRECT, false),
      predeclared("amq.fanout", ExchangeTypes.FANOUT, false),
      predeclared("amq.topic", ExchangeTypes.TOPIC, false),
      predeclared("amq.headers", ExchangeTypes.HEADERS, false),
      predeclared("amq.match", ExchangeTypes.HEADERS, false),
      predeclared("amq.rabbitmq.trace", ExchangeTypes.TOPIC, true));

  private static final String RESERVED = "amq.";

  private final String name;
  private final String description;
  private final Loop loop;
  private final DefinitionStore definitions;
  private final MessageStore messages;
  private final Map<String, Exchange> exchanges = new ConcurrentHashMap<>();
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();
  // Of the virtual host's loop alone: which exchanges lead to a destination.
  private final Map<Destination, Set<Exchange>> sources = new HashMap<>();
  private final Router router;
  private final Policies policies;
  private final MemoryPressure pressure;
  private final RuleBook rules;
  // Of the virtual host's loop alone: what the exchanges that delay keep back.
  private final Map<Exchange, DelayedMessages> delayed = new HashMap<>();
  private final RetainedMessages retained;
  // Of the virtual host's loop alone.
  private boolean deleted;

  VirtualHost(
      String name,
      String description,
      Loop loop,
      DefinitionStore definitions,
      MessageStore messages,
      MemoryPressure pressure,
      RuleBook rules) {
    this.name = name;
    this.description = description;
    this.loop = loop;
    this.definitions = definitions;
    this.messages = messages;
    this.pressure = pressure;
    this.rules = rules;
    this.router = new Router(name, exchanges, queues);
    this.policies = new Policies();
    this.retained = new RetainedMessages(loop, pressure, this::openRetained);
    for (ExchangeSpec spec : PREDECLARED) {
      exchanges.put(spec.name(), exchange(spec));
    }
  }

  private static ExchangeSpec predeclared(String name, String type, boolean internal) {
    return new ExchangeSpec(name, type, true, false, internal, Headers.empty());
  }

  String name() {
    return name;
  }

  String description() {
    return description;
  }

  Loop loop() {
    return loop;
  }

  Router router() {
    return router;
  }

  /** What is kept for those who come later; of the virtual host's loop. */
  RetainedMessages retained() {
    return retained;
  }

  private QueueStore openRetained() {
    long number = messages.newQueue();
    definitions.put(new Definition.Retained(name, number));
    return messages.open(number, true, loop);
  }

  Policies policies() {
    return policies;
  }

  /** The rules that have messages go elsewhere than where clients publish them. */
  RuleBook rules() {
    return rules;
  }

  Collection<Exchange> exchanges() {
    return exchanges.values();
  }

  Collection<Queue> queues() {
    return queues.values();
  }

  @Nullable
  Exchange findExchange(String exchange) {
    return exchanges.get(exchange);
  }

  @Nullable
  Queue findQueue(String queue) {
    return queues.get(queue);
  }

  /** The exchange of that name; {@link ErrorCode#NOT_FOUND} when there is none. Any loop. */
  Exchange exchange(String exchange) {
    Exchange found = exchanges.get(exchange);
    if (found == null) {
      throw new BrokerException(ErrorCode.NOT_FOUND, "no " + describe("exchange", exchange));
    }
    return found;
  }

  /** The queue of that name; {@link ErrorCode#NOT_FOUND} when there is none. Any loop. */
  Queue queue(String queue) {
    Queue found = queues.get(queue);
    if (found == null) {
      throw new BrokerException(ErrorCode.NOT_FOUND, "no " + describe("queue", queue));
    }
    return found;
  }

  /** Sessions live on for a moment after their virtual host is deleted: what they ask for then must leave no trace. */
  private void checkThere() {
    assert loop.inLoop();
    if (deleted) {
      throw new BrokerException(ErrorCode.UNKNOWN_VIRTUAL_HOST, "vhost " + name + " not found");
    }
  }

  private String describe(String kind, String thing) {
    return kind + " '" + thing + "' in vhost '" + name + "'";
  }

  // --- exchanges, on the virtual host's loop
  // -----------------------------------------------------------------------

  CompletableFuture<Void> declareExchange(ExchangeSpec spec) {
    checkThere();
    Exchange present = exchanges.get(spec.name());
    if (present != null) {
      Equivalence.check(present.spec(), spec, name);
      return done();
    }
    if (spec.name().startsWith(RESERVED)) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "exchange name '" + spec.name() + "' contains reserved prefix 'amq.*'");
    }
    Exchange exchange = exchange(spec);
    applyPolicy(exchange);
    long number = exchange.isDelayed() ? messages.newQueue() : 0;
    add(exchange, number);
    router.changed();
    return spec.durable() ? saved(new Definition.Exchange(name, spec, number)) : done();
  }

  private void add(Exchange exchange, long number) {
    exchanges.put(exchange.name(), exchange);
    if (exchange.isDelayed()) {
      QueueStore store = messages.open(number, exchange.spec().durable(), loop);
      DelayedMessages keeps =
          new DelayedMessages(exchange, loop, store, pressure, this::publishDelayed);
      delayed.put(exchange, keeps);
      loop.execute(keeps::start);
    }
  }

  private Exchange exchange(ExchangeSpec spec) {
    String type = spec.type();
    if (type.equals(Exchange.DELAYED)) {
      Object inner = spec.arguments().get(Exchange.DELAYED_TYPE);
      type = inner instanceof String text ? text : "";
      if (!ExchangeTypes.names().contains(type)) {
        throw new BrokerException(
            ErrorCode.PRECONDITION_FAILED,
            "invalid argument 'x-delayed-type' for "
                + describe("exchange", spec.name())
                + ": must be an existing exchange type");
      }
    }
    String routingType = type;
    BindingTable<Destination> table = ExchangeTypes.<Destination>table(type)
        .orElseThrow(() -> new BrokerException(
            ErrorCode.PRECONDITION_FAILED, "unknown exchange type '" + routingType + "'"));
    Object alternate = spec.arguments().get(Exchange.ALTERNATE);
    if (spec.arguments().contains(Exchange.ALTERNATE) && !(alternate instanceof String)) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED,
          "invalid arg 'alternate-exchange' for "
              + describe("exchange", spec.name())
              + ": expected string, got "
              + QueueArguments.typeName(alternate));
    }
    return new Exchange(spec, routingType, table);
  }

  CompletableFuture<Void> deleteExchange(String exchangeName, boolean ifUnused) {
    assert loop.inLoop();
    Exchange exchange = exchanges.get(exchangeName);
    if (exchange == null) {
      return done();
    }
    if (exchangeName.startsWith(RESERVED)) {
      throw new BrokerException(
          ErrorCode.ACCESS_REFUSED,
          "deletion of system " + describe("exchange", exchangeName) + " not allowed");
    }
    if (ifUnused && !exchange.table().isEmpty()) {
      throw new BrokerException(
          ErrorCode.PRECONDITION_FAILED, describe("exchange", exchangeName) + " in use");
    }
    return remove(exchange);
  }

  private CompletableFuture<Void> remove(Exchange exchange) {
    List<CompletableFuture<Void>> saved = new ArrayList<>();
    exchanges.remove(exchange.name(), exchange);
    retained.drop(exchange.name());
    DelayedMessages keeps = delayed.remove(exchange);
    if (keeps != null) {
      keeps.drop();
    }
    for (Binding<Destination> binding : exchange.table().bindings()) {
      forgetSource(binding.destination(), exchange);
      saved.add(removeSaved(exchange, binding));
    }
    saved.add(unbindEverywhere(new Destination.ToExchange(exchange)));
    if (exchange.spec().durable()) {
      saved.add(forgotten(new Definition.Exchange(name, exchange.spec(), 0)));
    }
    router.changed();
    return all(saved);
  }

  // --- bindings, on the virtual host's loop
  // ------------------------------------------------------------------------

  CompletableFuture<Void> bind(BindingSpec spec) {
    checkThere();
    if (!bindIn(spec)) {
      return done();
    }
    router.changed();
    Exchange source = exchange(spec.source());
    Destination destination = destination(spec);
    return isDurable(source, destination) ? saved(definition(source, destination, spec)) : done();
  }

  /** Adds a binding to the tables; whether it is new. */
  private boolean bindIn(BindingSpec spec) {
    Exchange source = exchange(spec.source());
    Destination destination = destination(spec);
    try {
      if (!source.table().bind(destination, spec.key(), spec.arguments())) {
        return false;
      }
    } catch (IllegalArgumentException e) {
      throw new BrokerException(ErrorCode.PRECONDITION_FAILED, String.valueOf(e.getMessage()));
    }
    source.bound();
    sources.merge(destination, Set.of(source), (all, one) -> SmallSet.with(all, source));
    return true;
  }

  CompletableFuture<Void> unbind(BindingSpec spec) {
    assert loop.inLoop();
    Exchange source = exchanges.get(spec.source());
    Destination destination = findDestination(spec);
    if (source == null
        || destination == null
        || !source.table().unbind(destination, spec.key(), spec.arguments())) {
      return done();
    }
    if (!source.table().leadsTo(destination)) {
      forgetSource(destination, source);
    }
    router.changed();
    CompletableFuture<Void> saved =
        isDurable(source, destination) ? forgotten(definition(source, destination, spec)) : done();
    return source.isDisused() ? all(List.of(saved, remove(source))) : saved;
  }

  /** What is stored of a binding: the same however its arguments were ordered. */
  private Definition definition(Exchange source, Destination destination, BindingSpec spec) {
    Binding<Destination> binding = new Binding<>(destination, spec.key(), spec.arguments());
    return new Definition.Binding(name, spec(source, binding));
  }

  private Destination destination(BindingSpec spec) {
    return spec.kind() == DestinationKind.QUEUE
        ? new Destination.ToQueue(queue(spec.destination()), Terms.of(spec.arguments()))
        : new Destination.ToExchange(exchange(spec.destination()));
  }

  private @Nullable Destination findDestination(BindingSpec spec) {
    if (spec.kind() == DestinationKind.QUEUE) {
      Queue queue = queues.get(spec.destination());
      return queue == null ? null : new Destination.ToQueue(queue, Terms.of(spec.arguments()));
    }
    Exchange exchange = exchanges.get(spec.destination());
    return exchange == null ? null : new Destination.ToExchange(exchange);
  }

  /** Removes all bindings to a destination, and the exchanges that go with their last binding. */
  private CompletableFuture<Void> unbindEverywhere(Destination destination) {
    Set<Exchange> leading = sources.remove(destination);
    if (leading == null) {
      return done();
    }
    List<CompletableFuture<Void>> saved = new ArrayList<>();
    for (Exchange source : leading) {
      for (Binding<Destination> binding : source.table().unbindAll(destination)) {
        saved.add(removeSaved(source, binding));
      }
      if (source.isDisused()) {
        saved.add(remove(source));
      }
    }
    return all(saved);
  }

  private void forgetSource(Destination destination, Exchange source) {
    Set<Exchange> leading = SmallSet.without(sources.getOrDefault(destination, Set.of()), source);
    if (leading.isEmpty()) {
      sources.remove(destination);
    } else {
      sources.put(destination, leading);
    }
  }

  private CompletableFuture<Void> removeSaved(Exchange source, Binding<Destination> binding) {
    return isDurable(source, binding.destination())
        ? forgotten(new Definition.Binding(name, spec(source, binding)))
        : done();
  }

  private static boolean isDurable(Exchange source, Destination destination) {
    boolean durableEnd = destination instanceof Destination.ToQueue to
        ? isSaved(to.queue().spec())
        : destination instanceof Destination.ToExchange exchange
            && exchange.exchange().spec().durable();
    return source.spec().durable() && durableEnd;
  }

  /** A binding as it was asked for. */
  static BindingSpec spec(Exchange source, Binding<Destination> binding) {
    return binding.destination() instanceof Destination.ToQueue to
        ? BindingSpec.toQueue(source.name(), to.queue().name(), binding.key(), binding.arguments())
        : BindingSpec.toExchange(
            source.name(),
            ((Destination.ToExchange) binding.destination()).exchange().name(),
            binding.key(),
            binding.arguments());
  }

  // --- queues, on the virtual host's loop
  // --------------------------------------------------------------------------

  /** The queue of the specification, made unless it is there; exclusive ones belong to the declaring session. */
  CompletableFuture<Queue> declareQueue(QueueSpec spec, Subscriber declaring) {
    checkThere();
    Queue present = queues.get(spec.name());
    if (present != null && !present.isDeleted()) {
      Equivalence.checkOwner(present, declaring);
      Equivalence.check(present.spec(), spec, name);
      return CompletableFuture.completedFuture(present);
    }
    if (present != null) {
      remove(present);
    }
    long number = messages.newQueue();
    Queue queue = newQueue(spec, number, declaring, declaring.loop());
    CompletableFuture<Void> saved =
        isSaved(spec) ? saved(new Definition.Queue(name, spec, number)) : done();
    return saved.thenApply(nothing -> queue);
  }

  private Queue newQueue(
      QueueSpec spec, long number, @Nullable Subscriber declaring, Loop queueLoop) {
    Queue queue = new Queue(
        name,
        spec,
        spec.exclusive() ? declaring : null,
        settings(spec),
        queueLoop,
        messages.open(number, isSaved(spec), queueLoop),
        pressure,
        this);
    queues.put(spec.name(), queue);
    router.changed();
    queueLoop.run(queue::start);
    return queue;
  }

  private QueueSettings settings(QueueSpec spec) {
    Headers policy = spec.kind() != QueueSpec.Kind.REPLY
        ? policies.match(Policies.Kind.QUEUE, spec.name()).definition()
        : Headers.empty();
    return QueueArguments.settings(spec.arguments(), policy, spec.name(), name);
  }

  private static boolean isSaved(QueueSpec spec) {
    return spec.durable() && !spec.exclusive();
  }

  /** Takes a deleted queue out of everything that knows it. */
  CompletableFuture<Void> remove(Queue queue) {
    assert loop.inLoop();
    if (!queues.remove(queue.name(), queue)) {
      return done();
    }
    List<CompletableFuture<Void>> unbound = new ArrayList<>(Terms.COMBINATIONS + 1);
    for (int terms = 0; terms < Terms.COMBINATIONS; terms++) {
      unbound.add(unbindEverywhere(new Destination.ToQueue(queue, terms)));
    }
    router.changed();
    if (isSaved(queue.spec())) {
      unbound.add(forgotten(new Definition.Queue(name, queue.spec(), 0)));
    }
    return all(unbound);
  }

  /** The virtual host is going: everything in it goes. */
  CompletableFuture<Void> deleteAll() {
    assert loop.inLoop();
    deleted = true;
    List<CompletableFuture<Void>> gone = new ArrayList<>();
    for (Queue queue : List.copyOf(queues.values())) {
      queue.loop().run(() -> {
        if (!queue.isDeleted()) {
          queue.delete(false, false);
        }
      });
      gone.add(remove(queue));
    }
    for (Exchange exchange : List.copyOf(exchanges.values())) {
      gone.add(remove(exchange));
    }
    retained.drop();
    gone.add(forgotten(new Definition.Retained(name, 0)));
    for (boolean operator : new boolean[] {true, false}) {
      policies
          .all(operator)
          .forEach(policy -> gone.add(forgotten(new Definition.Policy(name, policy))));
    }
    rules.declared().forEach(rule -> gone.add(forgotten(new Definition.Route(name, rule))));
    return all(gone);
  }

  @Override
  public void disused(Queue queue) {
    if (!queue.isDeleted()) {
      queue.delete(false, false);
      loop.run(() -> remove(queue));
    }
  }

  // --- messages
  // ----------------------------------------------------------------------------------------------------

  /** Keeps a message back until its delay is over. Any loop; the receipt is told on the virtual host's loop. */
  void delay(Exchange exchange, Message message, @Nullable Receipt receipt) {
    delay(exchange, message, false, receipt);
  }

  private void delay(Exchange exchange, Message message, boolean again, @Nullable Receipt receipt) {
    loop.run(() -> {
      DelayedMessages keeps = delayed.get(exchange);
      if (keeps != null) {
        keeps.add(message, again, receipt);
      } else if (receipt != null) {
        // An exchange that was deleted meanwhile keeps nothing back, as a deleted queue holds
        // nothing.
        receipt.decided(PublishOutcome.ROUTED);
      }
    });
  }

  private void publishDelayed(
      Exchange from, Message message, boolean again, @Nullable Receipt receipt) {
    send(router.routeDelayed(message, from), message, List.of(), loop, again, receipt);
  }

  /** Has what the exchanges keep back leave memory, as far as it can. On the virtual host's loop. */
  void relieveDelayed() {
    delayed.values().forEach(DelayedMessages::relieve);
  }

  /** Has nothing happen by itself any more: the broker is about to stop. On the virtual host's loop. */
  void retire() {
    assert loop.inLoop();
    delayed.values().forEach(DelayedMessages::retire);
    queues.values().forEach(queue -> queue.loop().run(queue::retire));
  }

  @Override
  public void deadLetter(
      Queue from, Message message, boolean automatic, boolean again, @Nullable Receipt receipt) {
    Route route = router.route(message);
    List<Queue> cycle = new ArrayList<>(0);
    if (automatic) {
      for (Queue queue : route.queues()) {
        if (DeadLetters.isCycle(message, queue.name())) {
          cycle.add(queue);
        }
      }
    }
    send(route, message, cycle, from.loop(), again, receipt);
  }

  /**
   * Sends a message to where its route leads, from one of the loops.
   *
   * @param again whether they may have it already
   * @param receipt told on that loop, possibly within the call, when all have it
   */
  private void send(
      Route route,
      Message message,
      List<Queue> except,
      Loop from,
      boolean again,
      @Nullable Receipt receipt) {
    List<Queue> wanted = route.queues();
    int targets = route.delays().size();
    for (int i = 0; i < wanted.size(); i++) {
      if (!except.contains(wanted.get(i)) && route.wants(i, message)) {
        targets++;
      }
    }
    Receipt pending = null;
    if (receipt != null) {
      if (targets == 0) {
        receipt.decided(PublishOutcome.UNROUTABLE);
      } else {
        pending =
            new PendingPublish(from, targets, 0, (token, outcome) -> receipt.decided(outcome));
      }
    }
    for (int i = 0; i < wanted.size(); i++) {
      QueueEntry entry =
          except.contains(wanted.get(i)) ? null : route.entry(i, message, again, pending);
      if (entry != null) {
        wanted.get(i).loop().execute(entry);
      }
    }
    for (Exchange exchange : route.delays()) {
      delay(exchange, message, again, pending);
    }
  }

  // --- policies and definitions
  // ------------------------------------------------------------------------------------

  /** Brings everything in line with the policies, after they changed. On the virtual host's loop. */
  void applyPolicies() {
    assert loop.inLoop();
    exchanges.values().forEach(this::applyPolicy);
    for (Queue queue : queues.values()) {
      QueueSettings settings = settings(queue.spec());
      queue.loop().run(() -> queue.apply(settings));
    }
    router.changed();
  }

  private void applyPolicy(Exchange exchange) {
    Policies.Effective effective = policies.match(Policies.Kind.EXCHANGE, exchange.name());
    exchange.apply(effective.policy(), effective.definition().text("alternate-exchange"));
  }

  /** Adds a rule, or replaces the one of that name. On the virtual host's loop. */
  CompletableFuture<Void> putRule(RouteSpec rule) {
    checkThere();
    rules.put(rule);
    return saved(new Definition.Route(name, rule));
  }

  /** Removes a rule. On the virtual host's loop. */
  CompletableFuture<Void> removeRule(String rule) {
    checkThere();
    return forgotten(new Definition.Route(name, rules.remove(rule)));
  }

  /** Takes in what a store kept, before any session is open. Queues are spread over the loops. */
  void restore(List<Definition> kept, Map<Long, Set<String>> stamps, LoopGroup loops) {
    assert loop.inLoop();
    int queueLoop = loop.index();
    for (Definition definition : kept) {
      try {
        restore(definition, stamps, loops.at(queueLoop));
      } catch (BrokerException e) {
        LOG.warn("Vhost '{}' goes on without {}: {}", name, definition, e.detail());
      }
      queueLoop += definition instanceof Definition.Queue ? 1 : 0;
    }
    router.changed();
  }

  private void restore(Definition definition, Map<Long, Set<String>> stamps, Loop queueLoop) {
    if (definition instanceof Definition.Policy policy) {
      policies.put(policy.spec());
    } else if (definition instanceof Definition.Route rule) {
      rules.restore(rule.spec());
    } else if (definition instanceof Definition.Exchange kept) {
      Exchange exchange = exchange(kept.spec());
      applyPolicy(exchange);
      add(exchange, kept.number());
    } else if (definition instanceof Definition.Queue kept) {
      Queue queue = newQueue(kept.spec(), kept.number(), null, queueLoop);
      Set<String> known = stamps.get(kept.number());
      if (known != null) {
        queueLoop.run(() -> queue.knows(known));
      }
    } else if (definition instanceof Definition.Retained kept) {
      retained.recover(messages.open(kept.number(), true, loop));
    } else if (definition instanceof Definition.Binding kept) {
      bindIn(kept.spec());
    }
  }

  private CompletableFuture<Void> saved(Definition definition) {
    return definitions.put(definition).toCompletableFuture();
  }

  private CompletableFuture<Void> forgotten(Definition definition) {
    return definitions.remove(definition).toCompletableFuture();
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> parts) {
    return CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]));
  }
}
