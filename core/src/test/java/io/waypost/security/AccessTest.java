package io.waypost.security;

import static io.waypost.security.SecurityFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessTest {
  private final Users users = new SecurityFixture().users;
  private final Authorizer authorizer = new Authorizer(users);
  private final Access access = access("/");

  @BeforeEach
  void aUser() {
    await(users.putUser("u", "secret", Set.of()));
    await(users.putPermissions("/", "u", new Permissions("^mine\\.", "^(mine|open)", "")));
  }

  @Test
  void aVirtualHostIsOpenToThoseWithPermissionsInIt() {
    assertThat(access.mayEnter()).isTrue();
    assertThat(access("other").mayEnter()).isFalse();
    await(users.deletePermissions("/", "u"));
    assertThat(access.mayEnter()).isFalse();
  }

  @Test
  void eachPermissionHasItsExpression() {
    assertAllowed(() -> access.check(Permission.CONFIGURE, Resource.QUEUE, "mine.q"));
    assertAllowed(() -> access.check(Permission.WRITE, Resource.QUEUE, "mine.q"));
    assertRefused(
        () -> access.check(Permission.READ, Resource.QUEUE, "mine.q"),
        "read access to queue 'mine.q' in vhost '/' refused for user 'u'");
    assertAllowed(() -> access.check(Permission.WRITE, Resource.EXCHANGE, "open"));
    assertRefused(
        () -> access.check(Permission.CONFIGURE, Resource.EXCHANGE, "open"),
        "configure access to exchange 'open' in vhost '/' refused for user 'u'");
  }

  @Test
  void theEmptyExpressionAllowsOnlyTheEmptyName() {
    await(users.putPermissions("/", "u", new Permissions("", "", "")));
    assertAllowed(() -> access.check(Permission.READ, Resource.QUEUE, ""));
    assertThatThrownBy(() -> access.check(Permission.READ, Resource.QUEUE, "q"))
        .isInstanceOf(BrokerException.class);
    topic(new TopicPermissions("t", "", ""));
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "t", ""));
    assertThatThrownBy(() -> access.checkTopic(Permission.WRITE, "t", "k"))
        .isInstanceOf(BrokerException.class);
  }

  @Test
  void theDefaultExchangeHasANameForPermissions() {
    assertRefused(
        () -> access.check(Permission.WRITE, Resource.EXCHANGE, ""),
        "write access to exchange 'amq.default' in vhost '/' refused for user 'u'");
    await(users.putPermissions("/", "u", new Permissions("", "^amq\\.default$", "")));
    assertAllowed(() -> access.check(Permission.WRITE, Resource.EXCHANGE, ""));
    assertRefused(
        () -> access.check(Permission.WRITE, Resource.QUEUE, ""),
        "write access to queue '' in vhost '/' refused for user 'u'");
  }

  @Test
  void anyPermissionIsEnoughToAskWhetherAThingExists() {
    assertAllowed(() -> access.checkAny(Resource.QUEUE, "open"));
    assertRefused(
        () -> access.checkAny(Resource.QUEUE, "secret"),
        "access to queue 'secret' in vhost '/' refused for user 'u'");
  }

  @Test
  void aChangeCountsFromTheNextQuestionOn() {
    assertAllowed(() -> access.check(Permission.WRITE, Resource.QUEUE, "open"));
    assertAllowed(() -> access.check(Permission.WRITE, Resource.QUEUE, "open"));
    await(users.putPermissions("/", "u", new Permissions("", "", ".*")));
    assertRefused(
        () -> access.check(Permission.WRITE, Resource.QUEUE, "open"),
        "write access to queue 'open' in vhost '/' refused for user 'u'");
    assertAllowed(() -> access.check(Permission.READ, Resource.QUEUE, "open"));
    await(users.deleteUser("u"));
    assertRefused(
        () -> access.check(Permission.READ, Resource.QUEUE, "open"),
        "read access to queue 'open' in vhost '/' refused for user 'u'");
  }

  @Test
  void rightAnswersAreGivenHoweverManyNamesAreAskedFor() {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_000; i++) {
        String name = "mine." + i;
        assertAllowed(() -> access.check(Permission.CONFIGURE, Resource.QUEUE, name));
        assertThatThrownBy(() -> access.check(Permission.READ, Resource.QUEUE, name))
            .isInstanceOf(BrokerException.class);
      }
    }
    assertAllowed(
        () -> access.check(Permission.CONFIGURE, Resource.QUEUE, "mine." + "x".repeat(1_000)));
  }

  @Test
  void withoutTopicPermissionsEveryKeyIsFree() {
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "amq.topic", "anything"));
    topic(new TopicPermissions("amq.topic", "^a\\.", "^b\\."));
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "other", "anything"));
  }

  @Test
  void topicPermissionsLimitTheKeys() {
    topic(new TopicPermissions("amq.topic", "^a\\.", "^b\\."));
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "amq.topic", "a.1"));
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "amq.topic", "a.1"));
    assertAllowed(() -> access.checkTopic(Permission.READ, "amq.topic", "b.1"));
    assertRefused(
        () -> access.checkTopic(Permission.WRITE, "amq.topic", "b.1"),
        "write access to topic 'b.1' in exchange 'amq.topic' in vhost '/' refused for user 'u'");
    assertRefused(
        () -> access.checkTopic(Permission.READ, "amq.topic", "a.1"),
        "read access to topic 'a.1' in exchange 'amq.topic' in vhost '/' refused for user 'u'");
  }

  @Test
  void topicPermissionsCountFromTheNextQuestionOn() {
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "amq.topic", "k"));
    topic(new TopicPermissions("amq.topic", "", ""));
    assertRefused(
        () -> access.checkTopic(Permission.WRITE, "amq.topic", "k"),
        "write access to topic 'k' in exchange 'amq.topic' in vhost '/' refused for user 'u'");
    await(users.deleteTopicPermissions("/", "u", "amq.topic"));
    assertAllowed(() -> access.checkTopic(Permission.WRITE, "amq.topic", "k"));
  }

  @Test
  void variablesStandForTheSessionsValuesTakenLiterally() {
    await(users.putUser("a.b", null, Set.of()));
    await(users.putTopicPermissions(
        "/", "a.b", new TopicPermissions("t", "^{username}\\.{client_id}\\.{2}$", "^{vhost}$")));
    Access session = authorizer.access(new Identity("a.b", Set.of()), "/", "c*{username}\\E");
    assertAllowed(() -> session.checkTopic(Permission.WRITE, "t", "a.b.c*{username}\\E.."));
    assertAllowed(() -> session.checkTopic(Permission.READ, "t", "/"));
    assertThatThrownBy(() -> session.checkTopic(Permission.WRITE, "t", "aXb.c*{username}\\E.."))
        .isInstanceOf(BrokerException.class);
    assertThatThrownBy(() -> session.checkTopic(Permission.WRITE, "t", "a.b.ccca.b\\E.."))
        .isInstanceOf(BrokerException.class);
  }

  @Test
  void anExpressionThatAClientIdMakesInvalidAllowsNothing() {
    topic(new TopicPermissions("t", "[{client_id}-z]", ".*"));
    Access session = authorizer.access(new Identity("u", Set.of()), "/", "~");
    assertRefused(
        () -> session.checkTopic(Permission.WRITE, "t", "z"),
        "write access to topic 'z' in exchange 't' in vhost '/' refused for user 'u'");
  }

  @Test
  void tagsAllowAdministration() {
    Identity administrator = new Identity("a", Set.of("administrator"));
    Identity monitor = new Identity("m", Set.of("monitoring"));
    Identity policymaker = new Identity("p", Set.of("policymaker"));
    Identity none = new Identity("n", Set.of());
    for (Tag tag : Set.of(Tag.ADMINISTRATOR, Tag.MONITORING, Tag.POLICYMAKER, Tag.MANAGEMENT)) {
      assertAllowed(() -> authorizer.check(administrator, tag));
      assertRefused(
          () -> authorizer.check(none, tag), "user 'n' does not have the tag '" + tag + "'");
    }
    assertAllowed(() -> authorizer.check(monitor, Tag.MONITORING));
    assertAllowed(() -> authorizer.check(monitor, Tag.MANAGEMENT));
    assertRefused(
        () -> authorizer.check(monitor, Tag.POLICYMAKER),
        "user 'm' does not have the tag 'policymaker'");
    assertAllowed(() -> authorizer.check(policymaker, Tag.POLICYMAKER));
    assertAllowed(() -> authorizer.check(policymaker, Tag.MANAGEMENT));
    assertRefused(
        () -> authorizer.check(policymaker, Tag.ADMINISTRATOR),
        "user 'p' does not have the tag 'administrator'");
    assertRefused(
        () -> authorizer.check(administrator, Tag.IMPERSONATOR),
        "user 'a' does not have the tag 'impersonator'");
  }

  private void topic(TopicPermissions permissions) {
    await(users.putTopicPermissions("/", "u", permissions));
  }

  private Access access(String virtualHost) {
    return authorizer.access(new Identity("u", Set.of()), virtualHost, "client");
  }

  private static void assertAllowed(ThrowingCallable question) {
    assertThatCode(question).doesNotThrowAnyException();
  }

  private static void assertRefused(ThrowingCallable question, String detail) {
    assertThatThrownBy(question)
        .isInstanceOf(BrokerException.class)
        .hasMessage(detail)
        .extracting(refusal -> ((BrokerException) refusal).code())
        .isEqualTo(ErrorCode.ACCESS_REFUSED);
  }
}
