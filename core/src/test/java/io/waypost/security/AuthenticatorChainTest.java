package io.waypost.security;

import static io.waypost.security.SecurityFixture.assertFails;
import static io.waypost.security.SecurityFixture.await;
import static io.waypost.security.SecurityFixture.clientFrom;
import static org.assertj.core.api.Assertions.assertThat;

import io.waypost.broker.BrokerException;
import io.waypost.broker.ClientInfo;
import io.waypost.broker.Credentials;
import io.waypost.broker.ErrorCode;
import io.waypost.broker.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthenticatorChainTest {
  private static final String REFUSED =
      "Login was refused using authentication mechanism PLAIN. For details see the broker logfile.";
  private static final ClientInfo HERE = clientFrom(127, 0, 0, 1);
  private static final ClientInfo ELSEWHERE = clientFrom(192, 0, 2, 7);

  private final SecurityFixture fixture = new SecurityFixture();
  private final Users users = fixture.users;
  private final AuthenticatorChain chain =
      chain(new PasswordAuthenticator(users, fixture.passwords), new ExternalAuthenticator(users));

  @BeforeEach
  void aUser() {
    await(users.putUser("anna", "secret", Set.of("monitoring")));
    await(DefaultUser.GUEST.createIn(users));
  }

  @Test
  void nameAndPasswordProveAnIdentity() {
    assertThat(await(login("anna", "secret", ELSEWHERE)))
        .isEqualTo(new Identity("anna", Set.of("monitoring")));
  }

  @Test
  void wrongNamesAndPasswordsAreRefusedInTheSameWords() {
    assertFails(login("anna", "Secret", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
    assertFails(login("anna", "", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
    assertFails(login("otto", "secret", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
    assertFails(login("", "", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
  }

  @Test
  void anUnknownNameCostsACheckToo() {
    List<Runnable> tasks = new ArrayList<>();
    Passwords counted = new Passwords(SecurityFixture.COST, tasks::add);
    PasswordAuthenticator authenticator = new PasswordAuthenticator(users, counted);
    authenticator.authenticate(new Credentials.Password("otto", "secret"), HERE);
    assertThat(tasks).hasSize(1);
    await(users.putUser("tls", null, Set.of()));
    authenticator.authenticate(new Credentials.Password("tls", "other"), HERE);
    assertThat(tasks).hasSize(2);
  }

  @Test
  void aUserWithoutAPasswordCannotLogInByOne() {
    await(users.putUser("tls", null, Set.of()));
    assertFails(login("tls", "", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
    assertFails(login("tls", "anything", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
  }

  @Test
  void aChangedPasswordCountsAtOnce() {
    await(login("anna", "secret", HERE));
    await(users.putUser("anna", "changed", Set.of()));
    assertFails(login("anna", "secret", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
    assertThat(await(login("anna", "changed", HERE)).tags()).isEmpty();
  }

  @Test
  void aDeletedUserIsRefusedThoughItsPasswordWasRemembered() {
    await(login("anna", "secret", HERE));
    await(users.deleteUser("anna"));
    assertFails(login("anna", "secret", HERE), ErrorCode.AUTHENTICATION_FAILED, REFUSED);
  }

  @Test
  void aUserThatIsDeletedWhileItsPasswordIsCheckedIsRefused() {
    List<Runnable> tasks = new ArrayList<>();
    AuthenticatorChain slow =
        chain(new PasswordAuthenticator(users, new Passwords(SecurityFixture.COST, tasks::add)));
    CompletionStage<Identity> login =
        slow.authenticate(new Credentials.Password("anna", "secret"), HERE);
    await(users.deleteUser("anna"));
    tasks.forEach(Runnable::run);
    assertFails(login, ErrorCode.AUTHENTICATION_FAILED, REFUSED);
  }

  @Test
  void tagsAreThoseOfTheMoment() {
    await(login("anna", "secret", HERE));
    await(users.putUser("anna", null, Set.of("management")));
    assertThat(await(login("anna", "secret", HERE)).tags()).containsExactly("management");
  }

  @Test
  void guestComesFromThisMachineOnly() {
    assertThat(await(login("guest", "guest", HERE)).user()).isEqualTo("guest");
    assertThat(await(
                login("guest", "guest", clientFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
            .user())
        .isEqualTo("guest");
    String reason = "user 'guest' can only connect via localhost";
    assertFails(login("guest", "guest", ELSEWHERE), ErrorCode.AUTHENTICATION_FAILED, reason);
    assertFails(login("guest", "wrong", ELSEWHERE), ErrorCode.AUTHENTICATION_FAILED, reason);
    assertFails(
        chain.authenticate(new Credentials.External("guest"), ELSEWHERE),
        ErrorCode.AUTHENTICATION_FAILED,
        reason);
  }

  @Test
  void whoeverAnAuthenticatorSaysIsAUserOfThisMachineComesFromItOnly() {
    AuthenticatorChain renaming = chain((credentials, client) ->
        CompletableFuture.completedFuture(Optional.of(new Identity("guest", Set.of()))));
    assertFails(
        renaming.authenticate(new Credentials.Password("token", "x"), ELSEWHERE),
        ErrorCode.AUTHENTICATION_FAILED,
        "user 'guest' can only connect via localhost");
  }

  @Test
  void aProvedNameNeedsAUser() {
    assertThat(await(chain.authenticate(new Credentials.External("anna"), HERE)).user())
        .isEqualTo("anna");
    assertFails(
        chain.authenticate(new Credentials.External("otto"), HERE),
        ErrorCode.AUTHENTICATION_FAILED,
        REFUSED);
  }

  @Test
  void theFirstWhoKnowsTheClientDecides() {
    Identity first = new Identity("first", Set.of());
    Identity second = new Identity("second", Set.of());
    AuthenticatorChain two = chain(knowing("a", first), knowing("b", second));
    assertThat(await(two.authenticate(new Credentials.Password("a", "x"), HERE)))
        .isEqualTo(first);
    assertThat(await(two.authenticate(new Credentials.Password("b", "x"), HERE)))
        .isEqualTo(second);
    assertFails(
        two.authenticate(new Credentials.Password("c", "x"), HERE),
        ErrorCode.AUTHENTICATION_FAILED,
        REFUSED);
  }

  @Test
  void aFailureEndsTheLogin() {
    Authenticator failing = (credentials, client) -> CompletableFuture.failedFuture(
        new BrokerException(ErrorCode.LIMIT_REACHED, "too many logins at once"));
    assertFails(
        chain(failing, new PasswordAuthenticator(users, fixture.passwords))
            .authenticate(new Credentials.Password("anna", "secret"), HERE),
        ErrorCode.LIMIT_REACHED,
        "too many logins at once");
  }

  private static Authenticator knowing(String name, Identity identity) {
    return (credentials, client) -> CompletableFuture.completedFuture(
        credentials instanceof Credentials.Password given && given.user().equals(name)
            ? Optional.of(identity)
            : Optional.empty());
  }

  private static AuthenticatorChain chain(Authenticator... authenticators) {
    return new AuthenticatorChain(List.of(authenticators), Set.of("guest"));
  }

  private CompletionStage<Identity> login(String user, String password, ClientInfo client) {
    return chain.authenticate(new Credentials.Password(user, password), client);
  }
}
