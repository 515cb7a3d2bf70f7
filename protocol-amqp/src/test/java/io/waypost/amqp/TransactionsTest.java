package io.waypost.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.GetResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TransactionsTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  private final Connection connection;
  private final Channel channel;
  private final Channel other;
  private final String queue;

  TransactionsTest() throws Exception {
    connection = broker.connect();
    channel = connection.createChannel();
    other = connection.createChannel();
    queue = channel.queueDeclare("", false, true, false, null).getQueue();
    channel.txSelect();
  }

  @Test
  @DisplayName("[1.9] publishes and acknowledgements take effect at the commit")
  void commit() throws Exception {
    other.basicPublish("", queue, null, "first".getBytes(UTF_8));
    await().until(() -> other.messageCount(queue) == 1);
    GetResponse first = channel.basicGet(queue, false);
    channel.basicPublish("", queue, null, "second".getBytes(UTF_8));
    channel.basicAck(first.getEnvelope().getDeliveryTag(), false);
    assertThat(other.messageCount(queue)).isZero();

    channel.txCommit();
    assertThat(other.messageCount(queue)).isEqualTo(1);
    channel.txCommit();
    channel.close();

    assertThat(other.basicGet(queue, true).getBody()).asString().isEqualTo("second");
    assertThat(other.basicGet(queue, true)).isNull();
  }

  @Test
  @DisplayName("[1.9] a rollback forgets publishes, and acknowledgements can be given again")
  void rollback() throws Exception {
    other.basicPublish("", queue, null, "1".getBytes(UTF_8));
    other.basicPublish("", queue, null, "2".getBytes(UTF_8));
    other.basicPublish("", queue, null, "3".getBytes(UTF_8));
    await().until(() -> other.messageCount(queue) == 3);
    for (int i = 0; i < 3; i++) {
      channel.basicGet(queue, false);
    }
    channel.basicPublish("", queue, null, "never".getBytes(UTF_8));
    channel.basicAck(2, false);
    channel.basicNack(1, false, false);
    channel.txRollback();
    channel.basicAck(2, true);
    channel.txCommit();
    channel.close();

    GetResponse left = other.basicGet(queue, true);
    assertThat(left.getBody()).asString().isEqualTo("3");
    assertThat(left.getEnvelope().isRedeliver()).isTrue();
    assertThat(other.basicGet(queue, true)).isNull();
  }

  @Test
  @DisplayName("a channel that closes without commit gives everything back")
  void closeWithoutCommit() throws Exception {
    other.basicPublish("", queue, null, "1".getBytes(UTF_8));
    await().until(() -> other.messageCount(queue) == 1);
    channel.basicGet(queue, false);
    channel.basicAck(1, false);
    channel.basicPublish("", queue, null, "never".getBytes(UTF_8));
    channel.close();

    assertThat(other.basicGet(queue, true).getBody()).asString().isEqualTo("1");
    assertThat(other.basicGet(queue, true)).isNull();
  }

  @Test
  @DisplayName("mandatory messages come back before the commit is answered")
  void mandatory() throws Exception {
    List<String> returned = Collections.synchronizedList(new ArrayList<>());
    channel.addReturnListener(message -> returned.add(message.getRoutingKey()));
    channel.basicPublish("", "nowhere", true, null, new byte[1]);
    assertThat(returned).isEmpty();

    channel.txCommit();

    assertThat(returned).containsExactly("nowhere");
  }

  @Test
  @DisplayName("a tag settled twice in one transaction closes the channel")
  void settledTwice() throws Exception {
    other.basicPublish("", queue, null, "1".getBytes(UTF_8));
    await().until(() -> other.messageCount(queue) == 1);
    channel.basicGet(queue, false);
    channel.basicAck(1, false);

    Errors.expectChannelClose(
        channel,
        () -> channel.basicAck(1, false),
        "406 PRECONDITION_FAILED - unknown delivery tag 1");
  }

  @Test
  @DisplayName("a commit that a queue did not take in full closes the channel")
  void partial() throws Exception {
    String full = channel
        .queueDeclare(
            "", false, true, true, Map.of("x-max-length", 1, "x-overflow", "reject-publish"))
        .getQueue();
    channel.basicPublish("", full, null, new byte[1]);
    channel.basicPublish("", full, null, new byte[1]);

    Errors.expectChannelClose(
        channel, channel::txCommit, "406 PRECONDITION_FAILED - partial tx completion");
  }

  @Test
  @DisplayName("commit and rollback need a transactional channel")
  void notTransactional() throws Exception {
    Errors.expectChannelClose(
        other, other::txCommit, "406 PRECONDITION_FAILED - channel is not transactional");
    Channel third = connection.createChannel();
    Errors.expectChannelClose(
        third, third::txRollback, "406 PRECONDITION_FAILED - channel is not transactional");
  }
}
