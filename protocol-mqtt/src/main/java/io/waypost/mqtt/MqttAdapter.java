package io.waypost.mqtt;

import io.waypost.broker.Broker;
import io.waypost.loop.Loop;
import io.waypost.transport.ProtocolSettings;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What all MQTT connections of a broker share. Any thread. */
final class MqttAdapter implements AutoCloseable {
  private final Broker broker;
  private final MqttSessions sessions;
  private final SystemTopics systemTopics;
  private final boolean originProperties;
  private final Map<Loop, LoopRoom> rooms = new ConcurrentHashMap<>();

  /** By listener: what is configured for each, read once. */
  private final Map<ProtocolSettings, MqttSettings> settings = new ConcurrentHashMap<>();

  private MqttAdapter(Broker broker, Loop home, ProtocolSettings section) {
    this.broker = broker;
    this.sessions = new MqttSessions(broker, home);
    this.originProperties = settings(section).originProperties();
    this.systemTopics = new SystemTopics(
        broker,
        home,
        this,
        settings(section).systemInterval(),
        section.product() + " " + section.version());
    systemTopics.start();
  }

  /** The broker's one; made on the first connection's loop. */
  static MqttAdapter of(Broker broker, Loop loop, ProtocolSettings section) {
    return broker.shared(MqttAdapter.class, () -> new MqttAdapter(broker, loop, section));
  }

  /** What is configured for the connections of one listener. */
  MqttSettings settings(ProtocolSettings listener) {
    MqttSettings known = settings.get(listener);
    return known != null ? known : settings.computeIfAbsent(listener, MqttSettings::of);
  }

  MqttSessions sessions() {
    return sessions;
  }

  SystemTopics systemTopics() {
    return systemTopics;
  }

  LoopRoom room(Loop loop) {
    LoopRoom known = rooms.get(loop);
    return known != null
        ? known
        : rooms.computeIfAbsent(loop, absent -> new LoopRoom(broker, absent, originProperties));
  }

  Collection<LoopRoom> rooms() {
    return rooms.values();
  }

  @Override
  public void close() {
    systemTopics.close();
    sessions.close();
  }
}
