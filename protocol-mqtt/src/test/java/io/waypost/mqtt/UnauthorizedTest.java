package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.RawClient.PUBREC;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.engine.BrokerSettings;
import io.waypost.transport.ProtocolSettings;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A broker that ends the connection of whoever publishes without the right to. */
class UnauthorizedTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "0.0.0").with(MqttSettings.CLOSE_UNAUTHORIZED, true));

  @BeforeAll
  static void users() {
    broker
        .administration()
        .putUser("limited", "secret", Set.of())
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putPermissions("/", "limited", new Permissions(".*", ".*", ".*"))
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putTopicPermissions("/", "limited", new TopicPermissions("amq.topic", "^own$", "^own$"))
        .toCompletableFuture()
        .join();
  }

  @Test
  void theIdentifierOfARefusedMessageWithQos2IsFree() {
    Packets.Connect connect =
        Packets.connect(V5, "refused").login("limited", "secret").resume().expiry(3600);
    RawClient watcher = broker.connect(V5, "watcher");
    watcher.subscribe("own", 0);
    RawClient client = broker.connect(connect);
    client.send(Packets.publish(V5, "others", "refused", 2, 1, 0));
    client.expectDisconnect(0x87);

    RawClient back = broker.connect(connect);
    back.send(Packets.publish(V5, "own", "taken", 2, 1, 0));
    back.expect(PUBREC, 1, 0);
    assertThat(watcher.publish().payload()).isEqualTo("taken");
  }
}
