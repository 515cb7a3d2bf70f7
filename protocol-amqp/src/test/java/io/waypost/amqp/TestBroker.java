package io.waypost.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.waypost.broker.Administration;
import io.waypost.broker.Identity;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.ProtocolSettings;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A whole broker behind a listener on a free port, for the tests of one class. */
final class TestBroker implements AfterEachCallback, AfterAllCallback {
  private static final int HIGH_WATERMARK = 256 * 1024;
  private static final Identity OPERATOR = new Identity("operator", Set.of("administrator"));

  private final List<Connection> opened = new ArrayList<>();
  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker;
  private final Listener listener;

  TestBroker() {
    this(BrokerSettings.defaults(), ProtocolSettings.defaults("Waypost", "0.0.0"));
  }

  TestBroker(BrokerSettings brokerSettings, ProtocolSettings settings) {
    broker = LocalBroker.start(
        brokerSettings, loops.group(), new MemoryStore(loops.group()), new MemoryDefinitionStore());
    Endpoint endpoint = new Endpoint(new AmqpProtocol(), broker, settings);
    ListenerSettings amqp = new ListenerSettings("amqp", "127.0.0.1", 0, 128, HIGH_WATERMARK);
    try {
      listener = Listener.bind(amqp, loops, new Connections(1000), endpoint::open);
    } catch (BindException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    opened.forEach(Connection::abort);
    opened.clear();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    shutDown();
  }

  /** Ends the broker, in the order in which the real one ends. */
  void shutDown() {
    listener.close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }

  LocalBroker broker() {
    return broker;
  }

  Administration administration() {
    return broker.administration(OPERATOR);
  }

  /** How many messages are ready in a queue. */
  int waiting(String queue) {
    return (int) broker.inspector().queue("/", queue).orElseThrow().ready();
  }

  int port() {
    return listener.address().getPort();
  }

  ConnectionFactory factory() {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost("127.0.0.1");
    factory.setPort(port());
    factory.setAutomaticRecoveryEnabled(false);
    return factory;
  }

  /** A connection as guest, closed after the test. */
  Connection connect() throws IOException, TimeoutException {
    return connect(factory());
  }

  Connection connect(ConnectionFactory factory) throws IOException, TimeoutException {
    Connection connection = factory.newConnection();
    opened.add(connection);
    return connection;
  }
}
