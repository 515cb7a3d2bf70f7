package io.waypost.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What HiveMQ's client can do beyond others: the exchange of AUTH packets, and the rest of MQTT 5. */
class HiveClientTest {
  @RegisterExtension
  static final TestBroker broker = new TestBroker();

  @BeforeAll
  static void user() {
    broker
        .administration()
        .putUser("scram", "pencil", Set.of())
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putPermissions("/", "scram", new Permissions(".*", ".*", ".*"))
        .toCompletableFuture()
        .join();
    broker
        .administration()
        .putTopicPermissions("/", "scram", new TopicPermissions("amq.topic", "^own", "^own"))
        .toCompletableFuture()
        .join();
  }

  /** SCRAM-SHA-256, as a program adds it to the library. */
  private static final class Scram implements Mqtt5EnhancedAuthMechanism {
    private final String user;
    String password;
    private ScramClient exchange;
    int proved;

    Scram(String user, String password) {
      this.user = user;
      this.password = password;
      this.exchange = new ScramClient(user, password);
    }

    @Override
    public MqttUtf8String getMethod() {
      return MqttUtf8String.of("SCRAM-SHA-256");
    }

    @Override
    public int getTimeout() {
      return 30;
    }

    @Override
    public CompletableFuture<Void> onAuth(
        Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
      exchange = new ScramClient(user, password);
      builder.data(exchange.first());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
      exchange = new ScramClient(user, password);
      builder.data(exchange.first());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
        Mqtt5ClientConfig config, Mqtt5Auth auth, Mqtt5AuthBuilder builder) {
      builder.data(exchange.proof(text(auth.getData())));
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(
        Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
      return proved(connAck.getEnhancedAuth().orElseThrow().getData());
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
      return proved(auth.getData());
    }

    private CompletableFuture<Boolean> proved(Optional<ByteBuffer> data) {
      boolean genuine = text(data).equals(exchange.signature());
      proved += genuine ? 1 : 0;
      return CompletableFuture.completedFuture(genuine);
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    private static String text(Optional<ByteBuffer> data) {
      return UTF_8.decode(data.orElseThrow()).toString();
    }
  }

  private static Mqtt5BlockingClient client(String clientId) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(clientId)
        .serverHost("127.0.0.1")
        .serverPort(broker.port())
        .buildBlocking();
  }

  @Test
  void aClientProvesItsPasswordWithoutSayingItAndAgainLater() {
    Scram scram = new Scram("scram", "pencil");
    Mqtt5BlockingClient client = client("hive-scram");
    client.connectWith().enhancedAuth(scram).send();
    assertThat(scram.proved).isEqualTo(1);
    client.reauth();
    assertThat(scram.proved).isEqualTo(2);

    scram.password = "forgotten";
    Mqtt5DisconnectException ended =
        catchThrowableOfType(Mqtt5DisconnectException.class, client::reauth);
    assertThat(ended.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED);
  }

  @Test
  void aWrongPasswordIsRefused() {
    Mqtt5ConnAckException refused = catchThrowableOfType(
        Mqtt5ConnAckException.class,
        () -> client("hive-wrong")
            .connectWith()
            .enhancedAuth(new Scram("scram", "pen"))
            .send());
    assertThat(refused.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    assertThat(refused.getMqttMessage().getReasonString()).isPresent();
  }

  @Test
  void propertiesAliasesAndReasonsAreAsTheLibraryExpectsThem() throws Exception {
    Mqtt5BlockingClient client = client("hive-five");
    Mqtt5ConnAck connAck = client
        .connectWith()
        .simpleAuth()
        .username("scram")
        .password("pencil".getBytes(UTF_8))
        .applySimpleAuth()
        .restrictions()
        .receiveMaximum(10)
        .topicAliasMaximum(5)
        .sendTopicAliasMaximum(5)
        .applyRestrictions()
        .send();
    assertThat(connAck.getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    try (Mqtt5BlockingClient.Mqtt5Publishes arrivals =
        client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.subscribeWith().topicFilter("own/#").qos(MqttQos.EXACTLY_ONCE).send();
      for (int i = 0; i < 50; i++) {
        client
            .publishWith()
            .topic("own/" + i % 10)
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(Integer.toString(i).getBytes(UTF_8))
            .contentType("text/plain")
            .responseTopic("own/answers")
            .correlationData(new byte[] {0, 1, (byte) i})
            .messageExpiryInterval(1000)
            .userProperties()
            .add("b", "2")
            .add("a", "1")
            .add("b", "3")
            .applyUserProperties()
            .send();
      }
      for (int i = 0; i < 50; i++) {
        Mqtt5Publish got = arrivals.receive(30, TimeUnit.SECONDS).orElseThrow();
        assertThat(got.getTopic()).hasToString("own/" + i % 10);
        assertThat(new String(got.getPayloadAsBytes(), UTF_8)).isEqualTo(Integer.toString(i));
        assertThat(got.getContentType()).contains(MqttUtf8String.of("text/plain"));
        assertThat(got.getResponseTopic().orElseThrow()).hasToString("own/answers");
        assertThat(got.getUserProperties().asList())
            .extracting(each -> each.getName() + "=" + each.getValue())
            .containsExactly("b=2", "a=1", "b=3");
        assertThat(got.getMessageExpiryInterval().orElseThrow()).isBetween(900L, 1000L);
      }
    }
    Mqtt5PubAckException refused = catchThrowableOfType(
        Mqtt5PubAckException.class,
        () -> client.publishWith().topic("others").qos(MqttQos.AT_LEAST_ONCE).send());
    assertThat(refused.getMqttMessage().getReasonCode())
        .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED);
    assertThat(refused.getMqttMessage().getReasonString()).isPresent();
    client.disconnect();
  }
}
