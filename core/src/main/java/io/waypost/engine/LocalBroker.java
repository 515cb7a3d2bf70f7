package io.waypost.engine;

import io.waypost.broker.Administration;
import io.waypost.broker.Broker;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Inspector;
import io.waypost.broker.Notes;
import io.waypost.broker.ScramKeys;
import io.waypost.broker.Session;
import io.waypost.broker.SessionListener;
import io.waypost.loop.Clock;
import io.waypost.loop.Loop;
import io.waypost.loop.LoopGroup;
import io.waypost.message.Headers;
import io.waypost.queue.MemoryPressure;
import io.waypost.security.Access;
import io.waypost.store.Definition;
import io.waypost.store.DefinitionStore;
import io.waypost.store.MessageStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker in this process. Any thread. */
public final class LocalBroker implements Broker, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);

  /** How many hops from loop to loop the end of a session takes until all of it is with the store, with some to spare. */
  private static final int LAST_HOPS = 8;

  /** Whoever does the work of adapters that nobody asked for. */
  private static final Identity MAINTENANCE = new Identity("", Set.of());

  private static final InetSocketAddress HERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Whose work no rule concerns. */
  static final ClientInfo OWN_CLIENT =
      new ClientInfo("broker", "", "", HERE, HERE, false, "", Headers.empty());

  private static final SessionListener UNTOLD = new SessionListener() {
    @Override
    public void blocked(String reason) {}

    @Override
    public void unblocked() {}

    @Override
    public void mayPublish(boolean may) {}

    @Override
    public void closed(BrokerException why) {}
  };

  private final BrokerSettings settings;
  private final LoopGroup loops;
  private final DefinitionStore definitions;
  private final MessageStore messages;
  private final Security security;
  private final MemoryPressure pressure = new MemoryPressure();
  private final Map<String, VirtualHost> virtualHosts = new ConcurrentHashMap<>();
  private final Map<Long, LocalSession> sessions = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> shared = new ConcurrentHashMap<>();
  private final Map<String, StoredNotes> notes = new ConcurrentHashMap<>();
  private final Set<String> offered = ConcurrentHashMap.newKeySet();
  private final AtomicLong sessionNumbers = new AtomicLong();
  private final Alarms alarms;
  private final AtomicLong publishedBefore = new AtomicLong();
  private final AtomicLong deliveredBefore = new AtomicLong();
  private final long startedNanos = Clock.SYSTEM.nanos();
  private volatile boolean closing;

  private LocalBroker(
      BrokerSettings settings,
      LoopGroup loops,
      MessageStore messages,
      DefinitionStore definitions) {
    this.settings = settings;
    this.loops = loops;
    this.definitions = definitions;
    this.messages = messages;
    Relief relief = new Relief(loops, virtualHosts.values(), pressure);
    this.alarms = new Alarms(
        messages::bytesInMemory,
        messages::shortage,
        settings.memoryLimit(),
        pressure,
        relief::begin,
        this::tellSessions);
    this.security = new Security(settings, definitions, loops.at(0));
  }

  /**
   * A broker with what the stores kept; on empty ones with the default virtual host and user.
   *
   * @param messages closed by {@link #close}
   * @param definitions closed by {@link #close}, after the messages
   */
  public static LocalBroker start(
      BrokerSettings settings,
      LoopGroup loops,
      MessageStore messages,
      DefinitionStore definitions) {
    LocalBroker broker = new LocalBroker(settings, loops, messages, definitions);
    broker.restore();
    messages.onChange(broker.alarms::look);
    broker.alarms.look();
    return broker;
  }

  LoopGroup loops() {
    return loops;
  }

  private void restore() {
    Map<VirtualHost, List<Definition>> content = new LinkedHashMap<>();
    Map<Long, Set<String>> stamps = new HashMap<>();
    for (Definition definition : definitions.load()) {
      if (definition instanceof Definition.Note note) {
        storedNotes(note.adapter()).found(note);
      } else if (definition instanceof Definition.Stamp stamp) {
        stamps.computeIfAbsent(stamp.queue(), absent -> new HashSet<>()).add(stamp.text());
      } else if (definition instanceof Definition.VirtualHost kept) {
        VirtualHost home = virtualHost(kept.name(), kept.description());
        virtualHosts.put(kept.name(), home);
        content.put(home, new ArrayList<>());
      } else if (!security.restore(definition)) {
        VirtualHost home = virtualHosts.get(virtualHostOf(definition));
        if (home != null) {
          content.getOrDefault(home, List.of()).add(definition);
        }
      }
    }
    stamps.values().forEach(offered::addAll);
    content.forEach((home, kept) -> CompletableFuture.runAsync(
            () -> home.restore(kept, stamps, loops), home.loop())
        .join());
    if (virtualHosts.isEmpty()) {
      String name = settings.limits().defaultVirtualHost();
      virtualHosts.put(name, virtualHost(name, "Default virtual host"));
      definitions.put(new Definition.VirtualHost(name, "Default virtual host"));
    }
    for (String absent : settings.routes().configured().keySet()) {
      if (!virtualHosts.containsKey(absent)) {
        LOG.warn("The configuration has routes for vhost '{}', which is not there yet", absent);
      }
    }
    security
        .users()
        .onDeletion(user -> endSessions(
            session -> session.identity().user().equals(user),
            new BrokerException(ErrorCode.CLOSED_BY_OPERATOR, "user '" + user + "' is deleted")));
    security.ensureDefaultUser(settings, settings.limits());
  }

  private static String virtualHostOf(Definition definition) {
    if (definition instanceof Definition.Exchange exchange) {
      return exchange.virtualHost();
    }
    if (definition instanceof Definition.Queue queue) {
      return queue.virtualHost();
    }
    if (definition instanceof Definition.Binding binding) {
      return binding.virtualHost();
    }
    if (definition instanceof Definition.Retained retained) {
      return retained.virtualHost();
    }
    if (definition instanceof Definition.Route route) {
      return route.virtualHost();
    }
    return definition instanceof Definition.Policy policy ? policy.virtualHost() : "";
  }

  private VirtualHost virtualHost(String name, String description) {
    Loop home = loops.at(name.hashCode());
    RuleBook rules = new RuleBook(name, settings.routes());
    return new VirtualHost(name, description, home, definitions, messages, pressure, rules);
  }

  // --- what adapters ask
  // -------------------------------------------------------------------------------------------

  @Override
  public CompletionStage<Identity> authenticate(
      Credentials credentials, ClientInfo client, Loop loop) {
    CompletableFuture<Identity> result = new CompletableFuture<>();
    security
        .authenticate(credentials, client)
        .whenCompleteAsync(
            (identity, failure) -> {
              if (failure != null) {
                result.completeExceptionally(Failures.told(failure));
              } else {
                result.complete(identity);
              }
            },
            loop);
    return result;
  }

  @Override
  public ScramKeys scramKeys(String user) {
    return security.users().scramKeys(user);
  }

  @Override
  public CompletionStage<Session> open(
      Identity identity, String name, ClientInfo client, Loop loop, SessionListener listener) {
    VirtualHost virtualHost = virtualHosts.get(name);
    if (virtualHost == null) {
      return CompletableFuture.failedFuture(noVirtualHost(name));
    }
    Access access = access(identity, name, client);
    LocalSession session = new LocalSession(
        this,
        virtualHost,
        sessionNumbers.incrementAndGet(),
        identity,
        access,
        client,
        loop,
        listener);
    sessions.put(session.number(), session);
    // Asked behind the entry, so that whoever ends sessions from here on finds this one.
    BrokerException refusal = refusal(virtualHost, access, identity);
    if (refusal != null) {
      sessions.remove(session.number());
      return CompletableFuture.failedFuture(refusal);
    }
    return CompletableFuture.completedFuture(session);
  }

  private @Nullable BrokerException refusal(
      VirtualHost virtualHost, Access access, Identity identity) {
    String name = virtualHost.name();
    if (closing) {
      return new BrokerException(ErrorCode.SHUTTING_DOWN, "broker is shutting down");
    }
    if (virtualHosts.get(name) != virtualHost) {
      return noVirtualHost(name);
    }
    if (!access.mayEnter()) {
      return new BrokerException(
          ErrorCode.VIRTUAL_HOST_REFUSED,
          "access to vhost '" + name + "' refused for user '" + identity.user() + "'");
    }
    return null;
  }

  private static BrokerException noVirtualHost(String name) {
    return new BrokerException(ErrorCode.UNKNOWN_VIRTUAL_HOST, "vhost " + name + " not found");
  }

  @Override
  public CompletionStage<Session> maintain(String name, Loop loop) {
    VirtualHost virtualHost = virtualHosts.get(name);
    if (virtualHost == null) {
      return CompletableFuture.failedFuture(noVirtualHost(name));
    }
    return CompletableFuture.completedFuture(new LocalSession(
        this,
        virtualHost,
        sessionNumbers.incrementAndGet(),
        MAINTENANCE,
        security.unrestricted(MAINTENANCE, name),
        OWN_CLIENT,
        loop,
        UNTOLD));
  }

  @Override
  public <T> T shared(Class<T> type, Supplier<T> first) {
    return type.cast(shared.computeIfAbsent(type, absent -> first.get()));
  }

  @Override
  public Notes notes(String adapter) {
    return storedNotes(adapter);
  }

  private StoredNotes storedNotes(String adapter) {
    return notes.computeIfAbsent(adapter, absent -> new StoredNotes(adapter, definitions, offered));
  }

  @Override
  public Inspector inspector() {
    return new LocalInspector(this);
  }

  @Override
  public Administration administration(Identity identity) {
    return new LocalAdministration(this, identity);
  }

  @Override
  public Limits limits() {
    return settings.limits();
  }

  // --- what the engine's other classes ask
  // -------------------------------------------------------------------------

  Access access(Identity identity, String virtualHost, ClientInfo client) {
    return security.access(identity, virtualHost, client.clientId());
  }

  Security security() {
    return security;
  }

  MessageStore messages() {
    return messages;
  }

  DefinitionStore definitions() {
    return definitions;
  }

  Collection<VirtualHost> virtualHosts() {
    return virtualHosts.values();
  }

  @Nullable
  VirtualHost virtualHost(String name) {
    return virtualHosts.get(name);
  }

  Collection<LocalSession> sessions() {
    return sessions.values();
  }

  CompletionStage<Void> putVirtualHost(String name, String description) {
    virtualHosts.computeIfAbsent(name, absent -> virtualHost(absent, description));
    return definitions.put(new Definition.VirtualHost(name, description));
  }

  CompletionStage<Void> deleteVirtualHost(String name) {
    VirtualHost gone = virtualHosts.remove(name);
    if (gone == null) {
      throw new BrokerException(ErrorCode.NOT_FOUND, "vhost " + name + " not found");
    }
    endSessions(
        session -> session.virtualHost().equals(name),
        new BrokerException(ErrorCode.CLOSED_BY_OPERATOR, "vhost '" + name + "' is deleted"));
    return CompletableFuture.supplyAsync(gone::deleteAll, gone.loop())
        .thenCompose(deleted -> deleted)
        .thenCompose(nothing -> security.users().deleteVirtualHost(name))
        .thenCompose(nothing -> definitions.remove(new Definition.VirtualHost(name, "")));
  }

  /** Ends sessions, each on its own loop. */
  void endSessions(java.util.function.Predicate<LocalSession> which, BrokerException why) {
    for (LocalSession session : sessions.values()) {
      if (which.test(session)) {
        session.loop().execute(() -> session.end(why));
      }
    }
  }

  void closed(LocalSession session) {
    if (sessions.remove(session.number()) != null) {
      publishedBefore.addAndGet(session.published());
      deliveredBefore.addAndGet(session.delivered());
    }
  }

  Inspector.NodeInfo node() {
    long published = publishedBefore.get();
    long delivered = deliveredBefore.get();
    for (LocalSession session : sessions.values()) {
      published += session.published();
      delivered += session.delivered();
    }
    return new Inspector.NodeInfo(
        messages.bytesInMemory(),
        settings.memoryLimit(),
        alarms.isMemoryLow(),
        sessions.size(),
        published,
        delivered,
        TimeUnit.NANOSECONDS.toMillis(Clock.SYSTEM.nanos() - startedNanos));
  }

  // --- alarms
  // ------------------------------------------------------------------------------------------------------

  /** The shortage for which publishers are held back, or null. */
  @Nullable
  String alarm() {
    return alarms.shortage();
  }

  private void tellSessions() {
    for (LocalSession session : sessions.values()) {
      session.loop().execute(session::alarmChanged);
    }
  }

  // --- the end
  // -----------------------------------------------------------------------------------------------------

  /** Tells every client that the broker goes down and waits, within bounds, until they are gone. */
  @Override
  public void close() {
    closing = true;
    endSessions(
        session -> true, new BrokerException(ErrorCode.SHUTTING_DOWN, "broker is shutting down"));
    awaitNoSessions();
    for (VirtualHost each : virtualHosts.values()) {
      each.loop().execute(each::retire);
    }
    // What moves from queue to queue leaves the one when the store has it in the other.
    awaitLastCommands();
    messages.sync().toCompletableFuture().join();
    awaitLastCommands();
    shared.values().forEach(LocalBroker::closeShared);
    security.close();
    messages.close();
    definitions.close();
  }

  /**
   * Waits until what the ends of the sessions set off has gone from loop to loop and ended: what they settled and what
   * they gave back is with the store then. A loop sends in order, so that what each loop sends to each comes behind it.
   */
  private void awaitLastCommands() {
    int size = loops.size();
    for (int hop = 0; hop < LAST_HOPS; hop++) {
      CountDownLatch passed = new CountDownLatch(size * size);
      for (Loop from : loops.loops()) {
        from.execute(() -> loops.loops().forEach(to -> to.execute(passed::countDown)));
      }
      try {
        if (!passed.await(settings.closeGrace().toNanos(), TimeUnit.NANOSECONDS)) {
          LOG.warn("The loops are too busy to end in order");
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void closeShared(Object object) {
    if (object instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn("{} did not close", object.getClass().getSimpleName(), e);
      }
    }
  }

  private void awaitNoSessions() {
    long end = Clock.SYSTEM.nanos() + settings.closeGrace().toNanos();
    CountDownLatch pause = new CountDownLatch(1);
    try {
      while (!sessions.isEmpty() && Clock.SYSTEM.nanos() - end < 0) {
        boolean never = pause.await(10, TimeUnit.MILLISECONDS);
        assert !never;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
