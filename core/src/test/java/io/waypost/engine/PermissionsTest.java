package io.waypost.engine;

import static io.waypost.engine.BrokerFixture.HOST;
import static io.waypost.engine.BrokerFixture.durable;
import static io.waypost.engine.BrokerFixture.join;
import static io.waypost.engine.BrokerFixture.spec;
import static io.waypost.engine.BrokerFixture.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BindingSpec;
import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.ExchangeSpec;
import io.waypost.broker.Identity;
import io.waypost.broker.Permissions;
import io.waypost.broker.PublishListener;
import io.waypost.broker.QueueSpec;
import io.waypost.broker.TopicPermissions;
import io.waypost.engine.BrokerFixture.Client;
import io.waypost.engine.BrokerFixture.Receiver;
import io.waypost.message.Headers;
import io.waypost.message.Message;
import io.waypost.message.Properties;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every operation of a session asks for the permissions that it should, and for no others. */
class PermissionsTest {
  private final BrokerFixture fixture = new BrokerFixture();
  private final Client guest = fixture.open(0);
  private Client user = guest;

  @BeforeEach
  void open() {
    // May configure what begins with c, write to w and read from r; and everything with b.
    fixture.user("user", "^(c|b)", "^(w|b)", "^(r|b)");
    user = fixture.open("user", 1);
    for (String name : new String[] {"c", "w", "r", "b", "x"}) {
      guest.declare(durable(name));
      guest.ask(session -> session.declareExchange(exchange(name, Map.of()), false));
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static ExchangeSpec exchange(String name, Map<String, ?> arguments) {
    return new ExchangeSpec(name, "topic", false, false, false, Headers.of(arguments));
  }

  private void refused(Runnable request) {
    assertThatThrownBy(request::run)
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_REFUSED));
  }

  private void declare(String queue, Map<String, ?> arguments) {
    user.declare(with(queue, arguments));
  }

  private void declareExchange(String name, Map<String, ?> arguments) {
    user.ask(session -> session.declareExchange(exchange(name, arguments), false));
  }

  private void bind(String source, String queue) {
    user.ask(session -> session.bind(BindingSpec.toQueue(source, queue, "k", Headers.empty())));
  }

  private void unbind(String source, String queue) {
    user.ask(session -> session.unbind(BindingSpec.toQueue(source, queue, "k", Headers.empty())));
  }

  private void publish(String exchange) {
    user.publish(exchange, "k", new byte[0]);
  }

  @Test
  void declaringAndDeletingNeedConfigure() {
    declare("c2", Map.of());
    refused(() -> declare("w2", Map.of()));
    declareExchange("c2", Map.of());
    refused(() -> declareExchange("r2", Map.of()));
    user.ask(session -> session.deleteQueue("c2", false, false));
    refused(() -> user.ask(session -> session.deleteQueue("w", false, false)));
    user.ask(session -> session.deleteExchange("c2", false));
    refused(() -> user.ask(session -> session.deleteExchange("w", false)));
  }

  @Test
  void aDeadLetterExchangeNeedsReadOnTheQueueAndWriteOnTheExchange() {
    declare("b2", Map.of("x-dead-letter-exchange", "w"));
    refused(() -> declare("b3", Map.of("x-dead-letter-exchange", "r")));
    refused(() -> declare("c3", Map.of("x-dead-letter-exchange", "w")));
  }

  @Test
  void anAlternateExchangeNeedsReadOnTheExchangeAndWriteOnTheOther() {
    declareExchange("b2", Map.of("alternate-exchange", "w"));
    refused(() -> declareExchange("b3", Map.of("alternate-exchange", "r")));
    refused(() -> declareExchange("c3", Map.of("alternate-exchange", "w")));
    guest.ask(session ->
        session.declareExchange(exchange("c4", Map.of("alternate-exchange", "w")), false));
    // It is there already.
    declareExchange("c4", Map.of("alternate-exchange", "w"));
  }

  @Test
  void bindingNeedsReadOnTheSourceAndWriteOnTheDestination() {
    bind("r", "w");
    unbind("r", "w");
    refused(() -> bind("w", "w"));
    refused(() -> bind("r", "r"));
    refused(() -> unbind("w", "w"));
    refused(() -> unbind("r", "r"));
    refused(() ->
        user.ask(session -> session.bind(BindingSpec.toExchange("r", "r", "k", Headers.empty()))));
    refused(() -> bind("", "w"));
  }

  @Test
  void readingNeedsRead() {
    user.ask(session -> session.purgeQueue("r"));
    user.ask(session -> session.get("r", true));
    user.consume("r", 1);
    refused(() -> user.ask(session -> session.purgeQueue("w")));
    refused(() -> user.ask(session -> session.get("w", true)));
    refused(() -> user.consume("c", 1));
  }

  @Test
  void askingNeedsAnyPermission() {
    for (String name : new String[] {"c", "w", "r"}) {
      user.ask(session -> session.queueStatus(name));
      user.ask(session -> session.declareExchange(exchange(name, Map.of()), true));
    }
    refused(() -> user.ask(session -> session.queueStatus("x")));
    refused(() -> user.ask(session -> session.declareExchange(exchange("x", Map.of()), true)));
  }

  @Test
  void publishingNeedsWriteAlsoToKnowWhetherTheExchangeExists() {
    publish("w");
    refused(() -> publish("r"));
    refused(() -> publish("nothing like this"));
    refused(() -> publish(""));
  }

  @Test
  void whatIsTakenAwayIsGoneForTheNextMessage() {
    publish("w");
    join(fixture.administration().putPermissions(HOST, "user", new Permissions("", "", "")));

    refused(() -> publish("w"));
  }

  @Test
  void topicPermissionsHoldForEveryKey() {
    join(fixture
        .administration()
        .putTopicPermissions(HOST, "user", new TopicPermissions("b", "^k$", "^k$")));

    publish("b");
    refused(() -> user.publish("b", "other", new byte[0]));
    bind("b", "b");
    refused(() ->
        user.ask(session -> session.bind(BindingSpec.toQueue("b", "b", "other", Headers.empty()))));
    refused(() -> user.run(() -> user.session()
        .publish(
            Message.of("b", "k", new byte[0], Properties.EMPTY, user.session().origin())
                .withMoreKeys(List.of(), List.of("other")),
            0,
            PublishListener.NONE)));
  }

  @Test
  void repliesNeedNoPermissionOfTheRequester() {
    QueueSpec replies =
        new QueueSpec("x.replies", false, true, true, Headers.empty(), QueueSpec.Kind.REPLY);
    user.declare(replies);
    Receiver receiver = new Receiver(user);
    user.ask(session -> session.consume(replies.name(), spec(true), receiver));

    assertThat(user.ask(session -> session.queueStatus(replies.name())).consumers())
        .isEqualTo(1);
    assertThat(guest.ask(session -> session.queueStatus(replies.name())).consumers())
        .isEqualTo(1);
    refused(() -> user.ask(
        session -> session.bind(BindingSpec.toQueue("r", replies.name(), "k", Headers.empty()))));
    assertThatThrownBy(() -> guest.consume(replies.name(), 1))
        .isInstanceOfSatisfying(
            BrokerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RESOURCE_LOCKED));
  }

  @Test
  void aUserWithoutPermissionsStaysOutside() {
    join(fixture.administration().putUser("nobody", null, Set.of()));

    assertThatThrownBy(() -> fixture.open("nobody", 0))
        .isInstanceOfSatisfying(
            BrokerException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.VIRTUAL_HOST_REFUSED));
  }

  @Test
  void administrationNeedsItsTags() {
    Identity plain = new Identity("user", Set.of("management"));

    refused(() -> join(fixture.broker.administration(plain).deleteUser("guest")));
    refused(() -> join(fixture.broker.administration(plain).deleteVirtualHost(HOST)));
    assertThatCode(() -> fixture.broker.administration(plain).checkManagement())
        .doesNotThrowAnyException();
  }
}
