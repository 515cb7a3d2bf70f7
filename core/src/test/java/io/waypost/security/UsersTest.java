package io.waypost.security;

import static io.waypost.security.SecurityFixture.assertFails;
import static io.waypost.security.SecurityFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.Administration.PermissionInfo;
import io.waypost.broker.Administration.TopicPermissionInfo;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Permissions;
import io.waypost.broker.TopicPermissions;
import io.waypost.store.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsersTest {
  private static final Permissions ALL = new Permissions(".*", ".*", ".*");
  private static final TopicPermissions TOPIC = new TopicPermissions("amq.topic", "^a", "^b");

  private final SecurityFixture fixture = new SecurityFixture();
  private final Users users = fixture.users;

  @BeforeEach
  void aUser() {
    await(users.putUser("anna", "secret", Set.of("monitoring")));
  }

  @Test
  void aUserIsKeptWithItsHashAndTags() {
    Definition.User anna = users.user("anna").orElseThrow();
    assertThat(anna.tags()).containsExactly("monitoring");
    assertThat(PasswordHash.parse(anna.passwordHash()).matches("secret")).isTrue();
    assertThat(users.users()).containsExactly(anna);
    assertThat(fixture.store.load()).containsExactly(anna);
    assertThat(users.user("otto")).isEmpty();
  }

  @Test
  void withoutAPasswordTheOldOneStays() {
    String before = users.user("anna").orElseThrow().passwordHash();
    await(users.putUser("anna", null, Set.of()));
    assertThat(users.user("anna").orElseThrow())
        .isEqualTo(new Definition.User("anna", before, Set.of()));
  }

  @Test
  void aNewUserMayHaveNoPassword() {
    await(users.putUser("tls", null, Set.of()));
    assertThat(users.user("tls").orElseThrow().passwordHash()).isEmpty();
  }

  @Test
  void namesAndPasswordsThatAreNoneAreRefused() {
    assertFails(
        users.putUser("", "secret", Set.of()),
        ErrorCode.PRECONDITION_FAILED,
        "a user must have a name");
    assertFails(
        users.putUser("otto", "", Set.of()),
        ErrorCode.PRECONDITION_FAILED,
        "a password must not be empty");
    assertThat(users.users()).hasSize(1);
  }

  @Test
  void permissionsAreKeptReplacedAndTaken() {
    await(users.putPermissions("/", "anna", ALL));
    Permissions less = new Permissions("", ".*", "^q");
    await(users.putPermissions("/", "anna", less));
    assertThat(users.permissions()).containsExactly(new PermissionInfo("anna", "/", less));
    assertThat(fixture.store.load()).contains(new Definition.Grant("/", "anna", less));
    await(users.deletePermissions("/", "anna"));
    assertThat(users.permissions()).isEmpty();
    assertThat(fixture.store.load()).hasSize(1);
    await(users.deletePermissions("/", "anna"));
  }

  @Test
  void topicPermissionsAreKeptByExchange() {
    TopicPermissions other = new TopicPermissions("x", "", "");
    await(users.putTopicPermissions("/", "anna", TOPIC));
    await(users.putTopicPermissions("/", "anna", other));
    assertThat(users.topicPermissions())
        .containsExactlyInAnyOrder(
            new TopicPermissionInfo("anna", "/", TOPIC),
            new TopicPermissionInfo("anna", "/", other));
    await(users.deleteTopicPermissions("/", "anna", "amq.topic"));
    assertThat(users.topicPermissions())
        .containsExactly(new TopicPermissionInfo("anna", "/", other));
    assertThat(fixture.store.load()).contains(new Definition.TopicGrant("/", "anna", other));
    await(users.putTopicPermissions("/", "anna", TOPIC));
    await(users.deleteTopicPermissions("/", "anna", null));
    assertThat(users.topicPermissions()).isEmpty();
    assertThat(fixture.store.load()).hasSize(1);
  }

  @Test
  void expressionsThatAreNoneAreRefusedAndChangeNothing() {
    await(users.putPermissions("/", "anna", ALL));
    assertFails(
        users.putPermissions("/", "anna", new Permissions(".*", "(", ".*")),
        ErrorCode.PRECONDITION_FAILED,
        "invalid regular expression '(': Unclosed group near index 1");
    assertThat(users.permissions()).containsExactly(new PermissionInfo("anna", "/", ALL));
    assertFails(
        users.putTopicPermissions("/", "anna", new TopicPermissions("x", "*", "")),
        ErrorCode.PRECONDITION_FAILED,
        "invalid regular expression '*': Dangling meta character '*' near index 0");
    assertThat(users.topicPermissions()).isEmpty();
  }

  @Test
  void everythingAboutAUserThatDoesNotExistIsRefused() {
    String reason = "no user 'otto'";
    assertFails(users.deleteUser("otto"), ErrorCode.NOT_FOUND, reason);
    assertFails(users.putPermissions("/", "otto", ALL), ErrorCode.NOT_FOUND, reason);
    assertFails(users.deletePermissions("/", "otto"), ErrorCode.NOT_FOUND, reason);
    assertFails(users.putTopicPermissions("/", "otto", TOPIC), ErrorCode.NOT_FOUND, reason);
    assertFails(users.deleteTopicPermissions("/", "otto", null), ErrorCode.NOT_FOUND, reason);
  }

  @Test
  void aDeletedUserLeavesNothingAndIsTold() {
    await(users.putUser("otto", "secret", Set.of()));
    await(users.putPermissions("/", "otto", ALL));
    await(users.putPermissions("/", "anna", ALL));
    await(users.putPermissions("other", "anna", ALL));
    await(users.putTopicPermissions("/", "anna", TOPIC));
    List<String> told = new ArrayList<>();
    users.onDeletion(name -> {
      assertThat(users.user(name)).isEmpty();
      assertThat(users.grant(name, "/")).isNull();
      told.add(name);
    });
    await(users.deleteUser("anna"));
    assertThat(told).containsExactly("anna");
    assertThat(users.permissions()).containsExactly(new PermissionInfo("otto", "/", ALL));
    assertThat(users.topicPermissions()).isEmpty();
    assertThat(fixture.store.load())
        .containsExactly(users.user("otto").orElseThrow(), new Definition.Grant("/", "otto", ALL));
  }

  @Test
  void aDeletedVirtualHostLeavesNoPermissions() {
    await(users.putPermissions("/", "anna", ALL));
    await(users.putPermissions("other", "anna", ALL));
    await(users.putTopicPermissions("other", "anna", TOPIC));
    await(users.deleteVirtualHost("other"));
    assertThat(users.permissions()).containsExactly(new PermissionInfo("anna", "/", ALL));
    assertThat(users.topicPermissions()).isEmpty();
    assertThat(fixture.store.load()).hasSize(2);
  }

  @Test
  void whatWasStoredIsLoaded() {
    await(users.putPermissions("/", "anna", ALL));
    await(users.putTopicPermissions("/", "anna", TOPIC));
    Users restarted = new Users(fixture.store, Runnable::run, fixture.passwords);
    for (Definition definition : fixture.store.load()) {
      if (definition instanceof Definition.User user) {
        restarted.load(user);
      } else if (definition instanceof Definition.Grant grant) {
        restarted.load(grant);
      } else if (definition instanceof Definition.TopicGrant grant) {
        restarted.load(grant);
      }
    }
    assertThat(restarted.users()).isEqualTo(users.users());
    assertThat(restarted.permissions()).isEqualTo(users.permissions());
    assertThat(restarted.topicPermissions()).isEqualTo(users.topicPermissions());
  }

  @Test
  void theDefaultUserMayDoEverythingInItsVirtualHost() {
    await(DefaultUser.GUEST.createIn(users));
    Definition.User guest = users.user("guest").orElseThrow();
    assertThat(guest.tags()).containsExactly("administrator");
    assertThat(PasswordHash.parse(guest.passwordHash()).matches("guest")).isTrue();
    assertThat(users.permissions()).containsExactly(new PermissionInfo("guest", "/", ALL));
    assertThat(new DefaultUser("root", "hidden", "/").toString()).doesNotContain("hidden");
  }
}
