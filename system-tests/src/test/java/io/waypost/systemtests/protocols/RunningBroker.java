package io.waypost.systemtests.protocols;

import io.waypost.amqp.AmqpProtocol;
import io.waypost.engine.BrokerSettings;
import io.waypost.engine.LocalBroker;
import io.waypost.mqtt.MqttProtocol;
import io.waypost.stomp.StompProtocol;
import io.waypost.store.MemoryDefinitionStore;
import io.waypost.store.MemoryStore;
import io.waypost.transport.Connections;
import io.waypost.transport.Endpoint;
import io.waypost.transport.Listener;
import io.waypost.transport.ListenerSettings;
import io.waypost.transport.NettyLoops;
import io.waypost.transport.Protocol;
import io.waypost.transport.ProtocolSettings;
import io.waypost.transport.Setting;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;

/** A broker in this process with a listener for each protocol, on free ports. */
final class RunningBroker implements AutoCloseable {
  private static final int HIGH_WATERMARK = 256 * 1024;

  private final NettyLoops loops = NettyLoops.start(2);
  private final LocalBroker broker = LocalBroker.start(
      BrokerSettings.defaults(),
      loops.group(),
      new MemoryStore(loops.group()),
      new MemoryDefinitionStore());
  private final Listener amqp;
  private final Listener mqtt;
  private final Listener stomp;

  RunningBroker() {
    this(Map.of());
  }

  /**
   * A broker whose settings are not all at their defaults.
   *
   * @param flags settings that are yes or no, as {@code protocol.key}
   */
  RunningBroker(Map<String, Boolean> flags) {
    amqp = listen(new AmqpProtocol(), flags);
    mqtt = listen(new MqttProtocol(), flags);
    stomp = listen(new StompProtocol(), flags);
  }

  @SuppressWarnings("unchecked") // flags are set to flags
  private static ProtocolSettings settings(Protocol protocol, Map<String, Boolean> flags) {
    ProtocolSettings settings = ProtocolSettings.defaults("Waypost", "0.0.0");
    for (Setting<?> setting : protocol.settings()) {
      Boolean value = flags.get(protocol.name() + "." + setting.key());
      if (value != null) {
        settings = settings.with((Setting<Boolean>) setting, value);
      }
    }
    return settings;
  }

  private Listener listen(Protocol protocol, Map<String, Boolean> flags) {
    Endpoint endpoint = new Endpoint(protocol, broker, settings(protocol, flags));
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

  int stompPort() {
    return stomp.address().getPort();
  }

  LocalBroker broker() {
    return broker;
  }

  @Override
  public void close() {
    amqp.close();
    mqtt.close();
    stomp.close();
    broker.close();
    loops.close(Duration.ofSeconds(5));
  }
}
