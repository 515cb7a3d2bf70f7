package io.waypost.stomp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import io.waypost.message.Unsigned;
import io.waypost.stomp.StompClient.Received;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages on their way from SEND to MESSAGE, and from and to other protocols. */
class MessagesTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.1", "1.2"})
  @DisplayName("a message arrives with its headers, its body and where it was sent")
  void roundTrip(String version) throws Exception {
    StompClient client = broker.connect(version);
    String queue = "/queue/round-" + version;
    client.subscribe("s", queue);
    client.frame(
        "SEND", "häl\0lo", "destination:" + queue, "content-length:7", "x:y", "ü:\uD83D\uDE00");
    Received message = client.expect("MESSAGE");
    assertThat(message.body()).isEqualTo("häl\0lo");
    assertThat(message.header("destination")).isEqualTo(queue);
    assertThat(message.header("subscription")).isEqualTo("s");
    assertThat(message.header("message-id")).startsWith("T_s@@session-");
    assertThat(message.header("content-length")).isEqualTo("7");
    assertThat(message.header("x")).isEqualTo("y");
    assertThat(message.header("ü")).isEqualTo("\uD83D\uDE00");
    assertThat(message.headers()).doesNotContainKeys("receipt", "redelivered", "ack");
  }

  @Test
  @DisplayName("each receiver reads headers in the escapes of its own version")
  void escapes() throws Exception {
    StompClient[] readers = {broker.connect("1.0"), broker.connect("1.1"), broker.connect("1.2")};
    for (StompClient reader : readers) {
      reader.subscribe("s", "/topic/escapes");
    }
    broker.connect("1.2").publish("/topic/escapes", "", "value:a\\cb\\\\c", "plain:x");
    assertThat(readers[0].expect("MESSAGE").header("value")).isEqualTo("a:b\\c");
    assertThat(readers[1].expect("MESSAGE").header("value")).isEqualTo("a\\cb\\\\c");
    assertThat(readers[2].expect("MESSAGE").header("value")).isEqualTo("a\\cb\\\\c");
    broker.connect("1.0").publish("/topic/escapes", "", "value:a:b\\n", "plain:x");
    assertThat(readers[0].expect("MESSAGE").header("value")).isEqualTo("a:b\\n");
    assertThat(readers[1].expect("MESSAGE").header("value")).isEqualTo("a\\cb\\\\n");
    broker.connect("1.2").publish("/topic/escapes", "", "value:a\\rb\\nc");
    assertThat(readers[0].expect("MESSAGE").header("value")).isEqualTo("a\rb c");
    assertThat(readers[1].expect("MESSAGE").header("value")).isEqualTo("a\rb\\nc");
    readers[2].expect("MESSAGE");
    assertThat(readers[2].expect("MESSAGE").header("value")).isEqualTo("a\\rb\\nc");
  }

  @Test
  @DisplayName("repeated headers stay, the first one counting")
  void repeated() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/repeated");
    client.send("SEND", "destination:/queue/repeated", "a:1", "a:2");
    assertThat(client.expect("MESSAGE").header("a")).isEqualTo("1");
    client.ask("UNSUBSCRIBE", "id:s");
    client.publish("/queue/repeated", "", "a:1", "a:2");
    assertThat(broker.take("repeated").properties().headers())
        .isEqualTo(Headers.of(List.of(new Header("a", "1"))));
  }

  @Test
  @DisplayName("properties are known to other protocols by their own names")
  void toOthers() throws Exception {
    StompClient client = broker.connect();
    client.publish(
        "/queue/to-others",
        "body",
        "content-type:text/plain",
        "content-encoding:gzip",
        "persistent:true",
        "priority:7",
        "correlation-id:c",
        "reply-to:/queue/answers%2Fhere",
        "expiration:60000",
        "amqp-message-id:m",
        "timestamp:1700000000",
        "type:t",
        "user-id:guest",
        "app-id:app",
        "own:value");
    Message message = broker.take("to-others");
    assertThat(message.properties())
        .isEqualTo(new Properties(
            "text/plain",
            "gzip",
            Headers.of(List.of(new Header("own", "value"))),
            true,
            7,
            "c",
            "answers/here",
            "60000",
            "m",
            1_700_000_000L,
            "t",
            "guest",
            "app",
            null));
    assertThat(message.persistent()).isTrue();
    assertThat(message.priority()).isEqualTo(7);
    assertThat(message.timeToLive()).isEqualTo(60_000);
    assertThat(message.body()).isEqualTo("body".getBytes(UTF_8));
    assertThat(message.origin().protocol()).isEqualTo("stomp");
  }

  @Test
  @DisplayName("other protocols' properties and typed headers become text")
  void fromOthers() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/exchange/amq.direct/from%2Fothers");
    Properties properties = new Properties(
        "text/plain",
        "gzip",
        Headers.of(List.of(
            new Header("number", 42L),
            new Header("unsigned", new Unsigned(4_000_000_000L, 4)),
            new Header("double", 1.5),
            new Header("flag", true),
            new Header("time", Instant.ofEpochSecond(12)),
            new Header("nothing", null),
            new Header("text", new byte[] {'o', 'k'}),
            new Header("bytes", new byte[] {(byte) 0xFF}),
            new Header("list", List.of(1, "a\"b")),
            new Header("table", Headers.of(List.of(new Header("k", 1)))),
            new Header("subscription", "forged"))),
        true,
        3,
        "c:1",
        "answers/here",
        "60000",
        "m",
        1_700_000_000L,
        "t",
        "guest",
        "app",
        null);
    broker.publish("amq.direct", "from/others", properties, "x".getBytes(UTF_8));
    Received message = client.expect("MESSAGE");
    assertThat(message.headers())
        .containsEntry("destination", "/exchange/amq.direct/from%2Fothers")
        .containsEntry("content-type", "text/plain")
        .containsEntry("content-encoding", "gzip")
        .containsEntry("persistent", "true")
        .containsEntry("priority", "3")
        .containsEntry("correlation-id", "c\\c1")
        .containsEntry("reply-to", "/reply-queue/answers%2Fhere")
        .containsEntry("expiration", "60000")
        .containsEntry("amqp-message-id", "m")
        .containsEntry("timestamp", "1700000000")
        .containsEntry("type", "t")
        .containsEntry("user-id", "guest")
        .containsEntry("app-id", "app")
        .containsEntry("number", "42")
        .containsEntry("unsigned", "4000000000")
        .containsEntry("double", "1.5")
        .containsEntry("flag", "true")
        .containsEntry("time", "12")
        .containsEntry("nothing", "")
        .containsEntry("text", "ok")
        .containsEntry("bytes", "/w==")
        .containsEntry("list", "[1,\"a\\\\\"b\"]")
        .containsEntry("table", "{\"k\"\\c1}")
        .containsEntry("subscription", "s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "priority:300",
        "priority:x",
        "expiration:-1",
        "expiration:soon",
        "timestamp:now",
        "user-id:somebody",
        "message-id:mine",
        "bad:\\q"
      })
  @DisplayName("a header that cannot be what it says is an error")
  void badHeaders(String header) throws Exception {
    StompClient client = broker.connect();
    client.send("SEND", "destination:/queue/bad", header, "receipt:r");
    Received error = client.expect("ERROR");
    assertThat(error.header("receipt-id")).isEqualTo("r");
    client.expectEnd();
  }

  @Test
  @DisplayName("a large message comes through whole")
  void large() throws Exception {
    StompClient client = broker.connect();
    client.subscribe("s", "/queue/large");
    String body = "0123456789".repeat(300_000);
    client.frame("SEND", body, "destination:/queue/large", "content-length:" + body.length());
    assertThat(client.expect("MESSAGE").body()).isEqualTo(body);
    client.frame("SEND", body, "destination:/queue/large");
    assertThat(client.expect("MESSAGE").body()).isEqualTo(body);
  }

  @Test
  @DisplayName("a reply finds its way through a temporary queue")
  void replies() throws Exception {
    StompClient server = broker.connect();
    server.subscribe("questions", "/queue/questions");
    StompClient asker = broker.connect();
    for (int i = 0; i < 2; i++) {
      asker.frame("SEND", "q" + i, "destination:/queue/questions", "reply-to:/temp-queue/answers");
      Received question = server.expect("MESSAGE");
      assertThat(question.header("reply-to")).startsWith("/reply-queue/");
      server.frame("SEND", "a" + i, "destination:" + question.header("reply-to"));
      Received answer = asker.expect("MESSAGE");
      assertThat(answer.body()).isEqualTo("a" + i);
      assertThat(answer.header("subscription")).isEqualTo("/temp-queue/answers");
    }
  }

  @Test
  @DisplayName("a client of another protocol finds the name of the queue for its reply")
  void replyName() throws Exception {
    StompClient asker = broker.connect();
    asker.publish("/queue/rpc", "q", "reply-to:/temp-queue/answers");
    String replyTo = broker.take("rpc").properties().replyTo();
    broker.publish("", String.valueOf(replyTo), Properties.EMPTY, "a".getBytes(UTF_8));
    assertThat(asker.expect("MESSAGE").body()).isEqualTo("a");
  }

  @Test
  @DisplayName("an expired message is not delivered")
  void expiration() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/expiring", "old", "expiration:0");
    client.publish("/queue/expiring", "new");
    client.subscribe("s", "/queue/expiring");
    assertThat(client.expect("MESSAGE").body()).isEqualTo("new");
  }
}
