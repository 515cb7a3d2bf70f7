package io.waypost.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.waypost.engine.BrokerSettings;
import io.waypost.message.Header;
import io.waypost.message.Headers;
import io.waypost.stomp.StompClient.Received;
import io.waypost.transport.ProtocolSettings;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** BEGIN, COMMIT, ABORT; and receipts that mean what they say. */
class TransactionsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker(
      BrokerSettings.defaults(),
      ProtocolSettings.defaults("Waypost", "0")
          .with(StompSettings.MAX_TRANSACTIONS, 2)
          .with(StompSettings.MAX_TRANSACTION_FRAMES, 3)
          .with(StompSettings.MAX_TRANSACTION_BYTES, 100_000L));

  @Test
  @DisplayName("messages arrive when the transaction is committed")
  void commit() throws Exception {
    StompClient client = broker.connect();
    client.ask("BEGIN", "transaction:t");
    client.publish("/queue/committed", "1", "transaction:t");
    client.publish("/queue/committed", "2", "transaction:t");
    client.publish("/queue/committed", "outside");
    assertThat(broker.waiting("committed")).isEqualTo(1);
    client.ask("COMMIT", "transaction:t");
    assertThat(broker.waiting("committed")).isEqualTo(3);
  }

  @Test
  @DisplayName("an aborted transaction has not happened")
  void abort() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/aborted", "1");
    client.subscribe("s", "/queue/aborted", "ack:client-individual");
    String ack = client.expect("MESSAGE").header("ack");
    client.ask("BEGIN", "transaction:t");
    client.ask("ACK", "id:" + ack, "transaction:t");
    client.publish("/queue/elsewhere", "2", "transaction:t");
    client.ask("ABORT", "transaction:t");
    assertThat(broker.waiting("elsewhere")).isZero();
    assertThat(broker.queue("aborted").orElseThrow().unacknowledged()).isEqualTo(1);
    client.ask("ACK", "id:" + ack);
    await().until(() -> broker.queue("aborted").orElseThrow().unacknowledged() == 0);
  }

  @Test
  @DisplayName("acknowledgements in a transaction count when it is committed")
  void acknowledgements() throws Exception {
    StompClient client = broker.connect();
    client.publish("/queue/acked", "1");
    client.publish("/queue/acked", "2");
    client.subscribe("s", "/queue/acked", "ack:client");
    client.expect("MESSAGE");
    String ack = client.expect("MESSAGE").header("ack");
    client.ask("BEGIN", "transaction:t");
    client.ask("ACK", "id:" + ack, "transaction:t");
    assertThat(broker.queue("acked").orElseThrow().unacknowledged()).isEqualTo(2);
    client.ask("COMMIT", "transaction:t");
    await().until(() -> broker.queue("acked").orElseThrow().unacknowledged() == 0);
  }

  @Test
  @DisplayName("a transaction that was not committed ends with the connection")
  void disconnected() throws Exception {
    StompClient client = broker.connect();
    client.ask("BEGIN", "transaction:t");
    client.publish("/queue/lost", "1", "transaction:t");
    client.send("DISCONNECT", "receipt:bye");
    client.expect("RECEIPT");
    assertThat(broker.waiting("lost")).isZero();
  }

  @Test
  @DisplayName("nothing of a transaction happens when a part of it may not")
  void allOrNothing() throws Exception {
    broker.declareExchange("goes", "fanout");
    StompClient client = broker.connect();
    client.publish("/queue/stays", "0");
    client.subscribe("s", "/queue/stays", "ack:client-individual");
    String ack = client.expect("MESSAGE").header("ack");
    client.ask("BEGIN", "transaction:t");
    client.publish("/queue/first", "1", "transaction:t");
    client.publish("/exchange/goes", "2", "transaction:t");
    client.ask("ACK", "id:" + ack, "transaction:t");
    broker.deleteExchange("goes");
    client.send("COMMIT", "transaction:t", "receipt:r");
    assertThat(client.expectError("not_found").header("receipt-id")).isEqualTo("r");
    assertThat(broker.waiting("first")).isZero();
    await().until(() -> broker.waiting("stays") == 1);
  }

  @Test
  @DisplayName("a queue that goes before the commit is made again")
  void queueGone() throws Exception {
    StompClient client = broker.connect();
    client.ask("BEGIN", "transaction:t");
    client.publish("/queue/gone", "1", "transaction:t");
    client.publish("/queue/there", "2", "transaction:t");
    client.publish("/queue/gone", "3", "transaction:t");
    broker.deleteQueue("gone");
    client.ask("COMMIT", "transaction:t");
    assertThat(broker.waiting("gone")).isEqualTo(2);
    assertThat(broker.waiting("there")).isEqualTo(1);
  }

  @Test
  @DisplayName("names are known, and used once at a time")
  void names() throws Exception {
    StompClient unknown = broker.connect();
    unknown.send("COMMIT", "transaction:t");
    unknown.expectError("Bad transaction");
    StompClient sender = broker.connect();
    sender.send("SEND", "destination:/queue/x", "transaction:t");
    sender.expectError("Bad transaction");
    StompClient twice = broker.connect();
    twice.ask("BEGIN", "transaction:t");
    twice.send("BEGIN", "transaction:t");
    twice.expectError("Bad transaction");
    StompClient nameless = broker.connect();
    nameless.send("BEGIN");
    nameless.expectError("Missing Header");
  }

  @Test
  @DisplayName("open transactions, their frames and bytes have limits")
  void limits() throws Exception {
    StompClient many = broker.connect();
    many.ask("BEGIN", "transaction:1");
    many.ask("BEGIN", "transaction:2");
    many.send("BEGIN", "transaction:3");
    many.expectError("Bad transaction");
    StompClient frames = broker.connect();
    frames.ask("BEGIN", "transaction:1");
    for (int i = 0; i < 3; i++) {
      frames.publish("/queue/x", "", "transaction:1");
    }
    frames.send("SEND", "destination:/queue/x", "transaction:1");
    frames.expectError("Bad transaction");
    StompClient bytes = broker.connect();
    bytes.ask("BEGIN", "transaction:1");
    bytes.frame("SEND", "x".repeat(100_000), "destination:/queue/x", "transaction:1");
    bytes.expectError("Bad transaction");
  }

  @Test
  @DisplayName("a message that its queue refuses gets no receipt")
  void refused() throws Exception {
    broker.declareQueue(
        "full",
        Headers.of(
            List.of(new Header("x-max-length", 1), new Header("x-overflow", "reject-publish"))));
    StompClient client = broker.connect();
    client.publish("/queue/full", "1", "persistent:true");
    client.send("SEND", "destination:/queue/full", "receipt:two");
    Received error = client.expectError("queue_full");
    assertThat(error.header("receipt-id")).isEqualTo("two");
    assertThat(broker.waiting("full")).isEqualTo(1);
  }

  @Test
  @DisplayName("receipts come back as they were asked for, escapes included")
  void receiptIds() throws Exception {
    StompClient client = broker.connect();
    client.send("BEGIN", "transaction:t", "receipt:a\\cb\\nc");
    assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("a\\cb\\nc");
  }
}
