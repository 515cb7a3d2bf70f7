package io.waypost.mqtt;

import static io.waypost.mqtt.Packets.V311;
import static io.waypost.mqtt.Packets.V5;
import static io.waypost.mqtt.Packets.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.mqtt.RawClient.Publish;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WillTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private static RawClient watcher(String topic) {
    RawClient watcher = broker.connect(V5, "watch-" + topic);
    watcher.subscribe(topic, 2 | 8);
    return watcher;
  }

  private static Packets.Connect delayed(String id, String topic, long delay) {
    return Packets.connect(V5, id)
        .resume()
        .expiry(3600)
        .will(topic, "gone", 0, false)
        .willProperties(bytes().octet(0x18).four(delay));
  }

  @Test
  @Tag("MQTT-3.1.2-8")
  @Tag("MQTT-3.1.2-7")
  @Tag("MQTT-3.1.2-14")
  void theWillIsPublishedWhenAClientIsGoneWithoutAWord() {
    RawClient watcher = watcher("wi/ll");
    RawClient client = broker.connect(Packets.connect(V5, "will").will("wi/ll", "gone", 1, false));
    client.close();
    Publish will = watcher.publish();
    assertThat(will.payload()).isEqualTo("gone");
    assertThat(will.qos()).isEqualTo(1);
    assertThat(will.retain()).isFalse();
  }

  @Test
  @Tag("MQTT-3.14.4-3")
  @Tag("MQTT-3.1.2-10")
  void onlyANormalGoodbyeDiscardsIt() {
    RawClient watcher = watcher("good/bye");
    RawClient normal =
        broker.connect(Packets.connect(V5, "normal").will("good/bye", "normal", 0, false));
    normal.send(Packets.disconnect());
    normal.expectEnd();
    RawClient with =
        broker.connect(Packets.connect(V5, "with").will("good/bye", "with will", 0, false));
    with.send(Packets.disconnect(4));
    assertThat(watcher.publish().payload()).isEqualTo("with will");
    RawClient failed =
        broker.connect(Packets.connect(V311, "failed").will("good/bye", "malformed", 0, false));
    failed.send(new byte[] {0, 0});
    assertThat(watcher.publish().payload()).isEqualTo("malformed");
  }

  @Test
  @Tag("MQTT-3.1.2-15")
  void aWillCanBeRetained() {
    RawClient watcher = watcher("re/tained");
    RawClient client =
        broker.connect(Packets.connect(V311, "retained").will("re/tained", "gone", 0, true));
    client.close();
    assertThat(watcher.publish().retain()).isTrue();
    RawClient late = broker.connect(V311, "late");
    late.subscribe("re/tained", 0);
    assertThat(late.publish().payload()).isEqualTo("gone");
  }

  @Test
  @Tag("MQTT-3.1.3-10")
  void aWillHasProperties() {
    RawClient watcher = watcher("pro/perties");
    RawClient client = broker.connect(Packets.connect(V5, "properties")
        .will("pro/perties", "gone", 0, false)
        .willProperties(bytes()
            .octet(0x03)
            .text("text/plain")
            .octet(0x26)
            .text("b")
            .text("1")
            .octet(0x26)
            .text("a")
            .text("2")));
    client.close();
    Publish will = watcher.publish();
    assertThat(will.textOf(0x03)).isEqualTo("text/plain");
    assertThat(will.user()).containsExactly("b=1", "a=2");
  }

  @Test
  @Tag("MQTT-3.1.2-8")
  void aTakeoverPublishesTheWill() {
    RawClient watcher = watcher("take/over");
    broker.connect(Packets.connect(V5, "take").will("take/over", "gone", 0, false));
    broker.connect(V5, "take").expectNothing();
    assertThat(watcher.publish().payload()).isEqualTo("gone");
  }

  @Test
  @Tag("MQTT-3.1.3-9")
  void whoeverComesBackInTimeKeepsTheWillBack() {
    RawClient watcher = watcher("de/lay");
    RawClient client = broker.connect(delayed("delay", "de/lay", 1));
    client.close();
    assertThat(watcher.publish().payload()).isEqualTo("gone");
    RawClient second = broker.connect(delayed("back", "de/lay", 2));
    second.close();
    RawClient third = broker.connect(delayed("back", "de/lay", 3600));
    third.expectNothing();
    third.close();
    RawClient after = broker.connect(delayed("after", "de/lay", 3));
    after.close();
    Publish next = watcher.publish();
    assertThat(next.payload()).isEqualTo("gone");
    watcher.expectNothing();
  }

  @Test
  void aWillWaitsNoLongerThanItsSession() {
    RawClient watcher = watcher("no/longer");
    RawClient client = broker.connect(delayed("longer", "no/longer", 3600));
    client.close();
    RawClient clean = broker.connect(Packets.connect(V5, "longer"));
    assertThat(watcher.publish().payload()).isEqualTo("gone");
    clean.expectNothing();
    RawClient fleeting = broker.connect(Packets.connect(V5, "fleeting")
        .will("no/longer", "session over", 0, false)
        .willProperties(bytes().octet(0x18).four(3600)));
    fleeting.close();
    assertThat(watcher.publish().payload()).isEqualTo("session over");
  }
}
