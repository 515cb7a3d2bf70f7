package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Origin;
import io.waypost.message.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers to an address that is a topic. */
class ReplyAddressTest {
  private static final String ADDRESS = "/topic/answers.one";

  private final BrokerFixture broker = new BrokerFixture();
  private final Client client = broker.open(0);

  @AfterEach
  void close() {
    broker.close();
  }

  private Receiver listener() {
    client.declare(durable("answers"));
    client.ask(one -> one.bind(new BindingSpec(
        "amq.topic", "answers", BindingSpec.DestinationKind.QUEUE, "answers.*", Headers.empty())));
    return client.consume("answers", 10);
  }

  @Test
  void anAnswerGoesToTheTopicExchange() {
    Receiver receiver = listener();
    client.publish(ADDRESS, "yes");
    until(() -> assertThat(receiver.bodies()).containsExactly("yes"));
    assertThat(receiver.messages.get(0).exchange()).isEqualTo("amq.topic");
    assertThat(receiver.messages.get(0).routingKey()).isEqualTo("answers.one");
  }

  @Test
  void aQueueOfThatNameComesFirst() {
    Receiver receiver = listener();
    client.declare(durable(ADDRESS));
    Receiver queue = client.consume(ADDRESS, 10);
    client.publish(ADDRESS, "yes");
    until(() -> assertThat(queue.bodies()).containsExactly("yes"));
    assertThat(receiver.bodies()).isEmpty();
  }

  @Test
  void whoMayNotPublishToTheTopicIsToldBeforeAndWhenPublishing() {
    broker.user("queues", "", "^(amq\\.default)?$", "");
    Client limited = broker.open("queues", 0);
    Message answer = Message.of("", ADDRESS, new byte[1], Properties.EMPTY, Origin.BROKER);
    assertThatThrownBy(() -> limited.run(() -> limited.session().checkPublish(answer)))
        .hasStackTraceContaining("amq.topic");
    assertThatThrownBy(() -> limited.publish(ADDRESS, "no"))
        .hasStackTraceContaining("amq.topic")
        .isInstanceOf(BrokerException.class);
  }
}
