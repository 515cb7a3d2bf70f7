package io.waypost.management.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.http.client.Client;
import com.rabbitmq.http.client.ClientParameters;
import com.rabbitmq.http.client.GetAckMode;
import com.rabbitmq.http.client.GetEncoding;
import com.rabbitmq.http.client.HttpClientException;
import com.rabbitmq.http.client.domain.BindingInfo;
import com.rabbitmq.http.client.domain.DeleteQueueParameters;
import com.rabbitmq.http.client.domain.ExchangeInfo;
import com.rabbitmq.http.client.domain.InboundMessage;
import com.rabbitmq.http.client.domain.OutboundMessage;
import com.rabbitmq.http.client.domain.PolicyInfo;
import com.rabbitmq.http.client.domain.QueryParameters;
import com.rabbitmq.http.client.domain.QueueInfo;
import com.rabbitmq.http.client.domain.TopicPermissions;
import com.rabbitmq.http.client.domain.UserPermissions;
import io.waypost.management.RunningApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A program written for RabbitMQ's API does not notice the difference. */
class RabbitHttpClientTest {
  private static RunningApi api;
  private static Client client;

  @BeforeAll
  static void start() throws Exception {
    api = RunningApi.start();
    client = new Client(
        new ClientParameters().url(api.url() + "/api/").username("guest").password("guest"));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void overviewNodesAndTheAskingUser() {
    assertThat(client.getOverview().getNode()).isEqualTo("waypost@here");
    assertThat(client.getOverview().getObjectTotals().getExchanges()).isPositive();
    assertThat(client.getNodes()).hasSize(1);
    assertThat(client.getNode("waypost@here").isRunning()).isTrue();
    assertThat(client.whoAmI().getName()).isEqualTo("guest");
    assertThat(client.whoAmI().getTags()).containsExactly("administrator");
    assertThat(client.alivenessTest("/")).isTrue();
  }

  @Test
  void queuesExchangesAndBindings() {
    client.declareQueue(
        "/", "hop q", new QueueInfo(true, false, false, Map.of("x-max-length", 10)));
    client.declareExchange("/", "hop.x", new ExchangeInfo("topic", true, false));
    client.declareExchange("/", "hop.y", new ExchangeInfo("fanout", true, false));
    client.bindQueue("/", "hop q", "hop.x", "a.#");
    client.bindQueue("/", "hop q", "amq.headers", "", Map.of("x-match", "any", "k", "v"));
    client.bindExchange("/", "hop.y", "hop.x", "b");

    QueueInfo queue = client.getQueue("/", "hop q");
    assertThat(queue.isDurable()).isTrue();
    assertThat(queue.getArguments()).containsEntry("x-max-length", 10);
    assertThat(client.getQueues("/")).extracting(QueueInfo::getName).contains("hop q");
    assertThat(client.getExchange("/", "hop.x").getType()).isEqualTo("topic");
    assertThat(client.getQueueBindings("/", "hop q"))
        .extracting(BindingInfo::getSource)
        .containsExactlyInAnyOrder("", "hop.x", "amq.headers");
    assertThat(client.getBindingsBySource("/", "hop.x")).hasSize(2);
    assertThat(client.getExchangeBindingsBetween("/", "hop.x", "hop.y"))
        .extracting(BindingInfo::getRoutingKey)
        .containsExactly("b");

    client.unbindQueue("/", "hop q", "hop.x", "a.#");
    client.unbindExchange("/", "hop.y", "hop.x", "b");
    assertThat(client.getQueueBindingsBetween("/", "hop.x", "hop q")).isEmpty();
    client.purgeQueue("/", "hop q");
    client.deleteQueue("/", "hop q", new DeleteQueueParameters(true, true));
    client.deleteExchange("/", "hop.x");
    client.deleteExchange("/", "hop.y");
    assertThat(client.getQueue("/", "hop q")).isNull();
    assertThat(client.getExchange("/", "hop.x")).isNull();
  }

  @Test
  void redeclaringOtherwiseIsTheClientsMistake() {
    client.declareQueue("/", "hop fixed", new QueueInfo(true, false, false));

    assertThatThrownBy(
            () -> client.declareQueue("/", "hop fixed", new QueueInfo(false, false, false)))
        .isInstanceOfSatisfying(
            HttpClientException.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void messages() {
    client.declareQueue("/", "hop mail", new QueueInfo(false, false, false));
    OutboundMessage message = new OutboundMessage()
        .payload("hello")
        .utf8Encoded()
        .properties(Map.of("delivery_mode", 2, "headers", Map.of("h", 1)));

    assertThat(client.publish("/", "amq.default", "hop mail", message)).isTrue();
    assertThat(client.publish("/", "amq.default", "nobody", message)).isFalse();

    List<InboundMessage> peeked =
        client.get("/", "hop mail", 1, GetAckMode.NACK_REQUEUE_TRUE, GetEncoding.AUTO, 3);
    assertThat(peeked).extracting(InboundMessage::getPayload).containsExactly("hel");
    InboundMessage taken = client
        .get("/", "hop mail", 1, GetAckMode.ACK_REQUEUE_FALSE, GetEncoding.AUTO)
        .get(0);
    assertThat(taken.getPayload()).isEqualTo("hello");
    assertThat(taken.getProperties()).containsEntry("delivery_mode", 2);
    assertThat(client.get("/", "hop mail", 1, GetAckMode.ACK_REQUEUE_FALSE, GetEncoding.AUTO))
        .isEmpty();
  }

  @Test
  void virtualHostsUsersAndPermissions() {
    client.createVhost("hop", "for a test");
    client.createUser("hopper", "secret".toCharArray(), List.of("management"));
    UserPermissions permissions = new UserPermissions();
    permissions.setConfigure("^a");
    permissions.setWrite("^b");
    permissions.setRead("^c");
    client.updatePermissions("hop", "hopper", permissions);
    TopicPermissions topics = new TopicPermissions();
    topics.setExchange("amq.topic");
    topics.setWrite("^w");
    topics.setRead("^r");
    client.updateTopicPermissions("hop", "hopper", topics);

    assertThat(client.getVhost("hop").getDescription()).isEqualTo("for a test");
    assertThat(client.getVhosts()).hasSize(2);
    assertThat(client.getUser("hopper").getTags()).containsExactly("management");
    assertThat(client.getUsers()).hasSize(2);
    assertThat(client.getPermissions("hop", "hopper").getWrite()).isEqualTo("^b");
    assertThat(client.getPermissionsIn("hop")).isNotEmpty();
    assertThat(client.getPermissionsOf("hopper")).hasSize(1);
    assertThat(client.getTopicPermissions("hop", "hopper").get(0).getWrite()).isEqualTo("^w");

    client.updateUser("hopper", "other".toCharArray(), List.of("monitoring"));
    assertThat(client.getUser("hopper").getTags()).containsExactly("monitoring");
    client.clearTopicPermissions("hop", "hopper");
    client.clearPermissions("hop", "hopper");
    client.deleteUser("hopper");
    client.deleteVhost("hop");
    assertThat(client.getUser("hopper")).isNull();
    assertThat(client.getVhost("hop")).isNull();
  }

  @Test
  void policies() {
    client.declarePolicy(
        "/", "hop limit", new PolicyInfo("^hop", 1, "queues", Map.of("max-length", 5)));
    client.declareOperatorPolicy(
        "/", "hop cap", new PolicyInfo("^hop", 1, "queues", Map.of("max-length", 3)));

    assertThat(client.getPolicies("/")).extracting(PolicyInfo::getName).contains("hop limit");
    assertThat(client.getPolicies("/").get(0).getDefinition()).containsEntry("max-length", 5);
    assertThat(client.getOperatorPolicies()).extracting(PolicyInfo::getName).contains("hop cap");

    client.deletePolicy("/", "hop limit");
    client.deleteOperatorPolicy("/", "hop cap");
    assertThat(client.getPolicies()).isEmpty();
  }

  @Test
  void listsAndPages() {
    client.declareQueue("/", "hop page", new QueueInfo(false, false, false));

    assertThat(client
            .getQueues(
                "/",
                new QueryParameters()
                    .name("^hop page$", true)
                    .pagination()
                    .pageSize(10)
                    .query())
            .getItems())
        .extracting(QueueInfo::getName)
        .containsExactly("hop page");
    assertThat(client.getConnections())
        .allSatisfy(it -> assertThat(it.getName()).isNotEmpty());
    assertThat(client.getChannels()).isEmpty();
    assertThat(client.getConsumers()).isEmpty();
    assertThat(client.getConnection("none")).isNull();
  }
}
