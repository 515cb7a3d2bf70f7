package io.waypost.systemtests.protocols;

import io.waypost.amqp.AmqpProtocol;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.mqtt.MqttProtocol;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import java.net.BindException;
import java.time.Duration;

/** A broker in this process with a listener for each protocol, on free ports. */
final class RunningBroker implements AutoCloseable {
  private static final int HIGH_WATERMARK = 256 * 1024;

  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker = LocalBroker.start(
      BrokerSettings.defaults(),
      loops.group(),
      new MemoryStore(loops.group()),
      new MemoryDefinitionStore());
  private final Listener amqp = listen(new AmqpProtocol());
  private final Listener mqtt = listen(new MqttProtocol());

  private Listener listen(Protocol protocol) {
    Endpoint endpoint =
        new Endpoint(protocol, broker, ProtocolSettings.defaults("Waypost", "0.0.0"));
    ListenerSettings settings =
        new ListenerSettings(protocol.name(), "127.0.0.1", 0, 128, HIGH_WATERMARK);
    try {
      return Listener.bind(settings, loops, new Connections(1000), endpoint::open);
    } catch (BindException e) {
      throw new IllegalStateException(e);
    }
  }

  int amqpPort() {
    return amqp.address().getPort();
  }

  String mqttUrl() {
    return "tcp://127.0.0.1:" + mqtt.address().getPort();
  }

  LocalBroker broker() {
    return broker;
  }

  @Override
  public void close() {
    amqp.close();
    mqtt.close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }
}
