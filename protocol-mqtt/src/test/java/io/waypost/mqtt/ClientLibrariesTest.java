package io.waypost.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.mqtt.ClientLibrary.Arrival;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs written with the usual libraries of Java. */
class ClientLibrariesTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  /** A library, and the version of the protocol that it speaks. */
  enum Library {
    PAHO_3_1,
    PAHO_3_1_1,
    PAHO_5,
    HIVE_3_1_1,
    HIVE_5;

    ClientLibrary client(String role) throws Exception {
      String clientId = name() + '-' + role;
      return switch (this) {
        case PAHO_3_1 -> new ClientLibrary.PahoThree(broker.url(), clientId, 3);
        case PAHO_3_1_1 -> new ClientLibrary.PahoThree(broker.url(), clientId, 4);
        case PAHO_5 -> new ClientLibrary.PahoFive(broker.url(), clientId);
        case HIVE_3_1_1 -> new ClientLibrary.HiveThree(broker.port(), clientId);
        case HIVE_5 -> new ClientLibrary.HiveFive(broker.port(), clientId);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("MQTT3-7.0.0-2")
  void messagesOfEachQosArriveOnce(Library library) throws Exception {
    String topic = "arrive/" + library;
    try (ClientLibrary client = library.client("arrive")) {
      client.connect(true);
      client.subscribe(topic, 2);
      for (int i = 0; i < 30; i++) {
        client.publish(topic, "message " + i, i % 3, false);
        assertThat(client.next()).isEqualTo(new Arrival(topic, "message " + i, i % 3, false));
      }
      client.unsubscribe(topic);
      client.publish(topic, "for nobody", 1, false);
      client.subscribe(topic + "/end", 0);
      client.publish(topic + "/end", "end", 0, false);
      assertThat(client.next().payload()).isEqualTo("end");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSessionWaitsForItsClient(Library library) throws Exception {
    String topic = "wait/" + library;
    try (ClientLibrary client = library.client("wait");
        ClientLibrary other = library.client("other")) {
      client.connect(false);
      client.subscribe(topic, 2);
      client.disconnect();
      other.connect(true);
      other.publish(topic, "one", 1, false);
      other.publish(topic, "two", 2, false);
      client.connect(false);
      assertThat(client.next()).isEqualTo(new Arrival(topic, "one", 1, false));
      assertThat(client.next()).isEqualTo(new Arrival(topic, "two", 2, false));
      client.disconnect();
    }
    // Another one: Paho's does not always get over a disconnection amid a handshake.
    try (ClientLibrary client = library.client("wait")) {
      client.connect(true);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsRetainedComesToNewSubscribers(Library library) throws Exception {
    String topic = "retain/" + library;
    try (ClientLibrary client = library.client("retain")) {
      client.connect(true);
      client.publish(topic, "kept", 1, true);
      client.subscribe("retain/#", 1);
      Arrival got = client.next();
      assertThat(got).isEqualTo(new Arrival(topic, "kept", 1, true));
      client.publish(topic, "", 1, true);
      assertThat(client.next().payload()).isEmpty();
    }
  }
}
