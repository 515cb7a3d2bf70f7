package io.waypost.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.amqp.codec.ContentHeader;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AmqpTranslatorTest {
  private static final Origin DEVICE = new Origin(7, "mqtt", "anna", "device");
  private static final int ROOM = 100_000;
  private static final Properties PERSISTENT = new Properties(
      null,
      null,
      Headers.empty(),
      true,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      null);

  private static Message message(String exchange, String key, Headers headers, Origin origin) {
    return Message.of(exchange, key, new byte[1], Properties.EMPTY.withHeaders(headers), origin);
  }

  private static List<Header> headers(Message message, int room) {
    return AmqpTranslator.header(message, room).decode().headers().entries();
  }

  @Test
  @DisplayName("a message of another protocol says where it came from, behind its own headers")
  void origin() {
    Headers own = Headers.of(Map.of("own", 1));

    assertThat(headers(message("amq.topic", "a.b%2Ec", own, DEVICE), ROOM))
        .containsExactly(
            new Header("own", 1),
            new Header("x-origin-protocol", "mqtt"),
            new Header("x-origin-client-id", "device"),
            new Header("x-origin-user", "anna"),
            new Header("x-origin-topic", "a/b.c"));
    assertThat(headers(message("", "q", own, DEVICE), ROOM))
        .contains(new Header("x-origin-topic", "$queue/q"));
    assertThat(headers(message("amq.topic", "a", own, new Origin(8, "stomp", "bob", "")), ROOM))
        .containsExactly(
            new Header("own", 1),
            new Header("x-origin-protocol", "stomp"),
            new Header("x-origin-user", "bob"));
    assertThat(headers(message("amq.topic", "a", own, DEVICE), 0)).isEqualTo(own.entries());
  }

  @Test
  @DisplayName("what one message says is not what another one does, whoever comes in between")
  void repeated() {
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      Origin origin = new Origin(i % 3000, "mqtt", "u" + i % 2, "c" + i);
      messages.add(message("amq.topic", "t." + i % 1700, Headers.empty(), origin));
    }
    for (int round = 0; round < 2; round++) {
      for (Message each : messages) {
        assertThat(headers(each, 60)).hasSizeLessThan(4);
        assertThat(headers(each, ROOM))
            .containsExactly(
                new Header("x-origin-protocol", "mqtt"),
                new Header("x-origin-client-id", each.origin().clientId()),
                new Header("x-origin-user", each.origin().user()),
                new Header("x-origin-topic", each.routingKey().replace('.', '/')));
      }
    }
  }

  @Test
  @DisplayName("messages about which nothing else is said differ in what they do say")
  void plain() {
    Message first = message("amq.topic", "t", Headers.empty(), DEVICE);
    Message last = Message.of("amq.topic", "t", new byte[1], PERSISTENT, DEVICE);
    Message moved = message("", "t", Headers.empty(), DEVICE);
    Message other =
        message("amq.topic", "t", Headers.empty(), new Origin(7, "mqtt", "bob", "device"));

    ContentHeader header = AmqpTranslator.header(first, ROOM);
    assertThat(AmqpTranslator.header(first, ROOM)).isSameAs(header);
    assertThat(AmqpTranslator.header(last, ROOM).persistent()).isTrue();
    assertThat(AmqpTranslator.header(first, ROOM).persistent()).isFalse();
    assertThat(headers(moved, ROOM)).contains(new Header("x-origin-topic", "$queue/t"));
    assertThat(headers(other, ROOM)).contains(new Header("x-origin-user", "bob"));
    assertThat(headers(first, ROOM)).contains(new Header("x-origin-user", "anna"));
  }

  @Test
  @DisplayName("a dead letter names the topic that it was published to")
  void deadLetter() {
    Message dead = message("amq.topic", "a.b", Headers.empty(), DEVICE)
        .republished("dlx", "dead", Properties.EMPTY)
        .republished("dlx", "a.x", Properties.EMPTY);

    assertThat(headers(dead, ROOM)).contains(new Header("x-origin-topic", "a/b"));
  }

  @Test
  @DisplayName("what the publisher wrote under these names is replaced, or left out")
  void forged() {
    Headers forged = Headers.of(Map.of("x-origin-topic", "t", "x-origin-client-id", "c"));

    assertThat(headers(message("e", "k", forged, new Origin(9, "stomp", "bob", "")), ROOM))
        .containsExactly(
            new Header("x-origin-protocol", "stomp"), new Header("x-origin-user", "bob"));
  }

  @Test
  @DisplayName("what has no room is left out, the topic first")
  void noRoom() {
    Message message = message("amq.topic", "t".repeat(200), Headers.empty(), DEVICE);

    assertThat(headers(message, 400)).hasSize(4);
    assertThat(headers(message, 200))
        .extracting(Header::name)
        .containsExactly("x-origin-protocol", "x-origin-client-id", "x-origin-user");
    assertThat(headers(message, 20)).isEmpty();
  }

  @Test
  @DisplayName("a message of AMQP leaves with the very header that it came with")
  void own() {
    ContentHeader header =
        ContentHeader.of(Properties.EMPTY.withHeaders(Headers.of(Map.of("x-origin-user", "me"))));
    Message message = AmqpTranslator.message(
        "e", "k", header, new byte[1], null, new Origin(1, "amqp", "guest", ""));

    assertThat(AmqpTranslator.header(message, ROOM)).isSameAs(header);
    assertThat(message.retain()).isFalse();
  }
}
