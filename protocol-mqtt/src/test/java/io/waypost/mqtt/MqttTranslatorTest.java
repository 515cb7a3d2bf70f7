package io.waypost.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import io.waypost.mqtt.codec.PropertyWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MqttTranslatorTest {
  private static Publication publication(String exchange, String key, String topic) {
    Properties properties = Properties.EMPTY.withHeaders(Headers.of(Map.of("x-mqtt-topic", topic)));
    return MqttTranslator.publication(
        Message.of(exchange, key, new byte[0], properties, Origin.BROKER), false);
  }

  @Test
  void theTopicOfAMovedMessageIsInItsHeader() {
    Publication moved = publication("", "queue", "a/b");
    assertThat(moved.topic()).isEqualTo("a/b");
    assertThat(moved.moved()).isTrue();
  }

  @Test
  void aMessageAtAnExchangeHasTheTopicOfItsRoutingKey() {
    Publication published = publication("amq.topic", "a.b", "forged");
    assertThat(published.topic()).isEqualTo("a/b");
    assertThat(published.moved()).isFalse();
  }

  @Test
  void whatIsNoTopicIsNotTakenForOne() {
    String[] wrong = {"", "a/#", "+", "a\0b", "x".repeat(65_536), "\u00e4".repeat(32_768)};
    for (String topic : wrong) {
      assertThat(publication("", "a.b", topic).topic()).isEqualTo("a/b");
    }
    String longest = "x".repeat(65_535);
    assertThat(publication("", "a.b", longest).topic()).isEqualTo(longest);
  }

  @Test
  void aRoutingKeyThatIsTooLongForATopicHasNone() {
    Message message =
        Message.of("amq.topic", "/".repeat(30_000), new byte[0], Properties.EMPTY, Origin.BROKER);
    Publication publication = MqttTranslator.publication(message, false);
    assertThat(publication.topic().getBytes(StandardCharsets.UTF_8)).isEmpty();
    assertThat(publication.content(message, new PropertyWriter())).isNotNull();
  }
}
