package io.waypost.security;

import static io.waypost.security.SecurityFixture.COST;
import static io.waypost.security.SecurityFixture.assertFails;
import static io.waypost.security.SecurityFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.broker.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PasswordsTest {
  private final List<Runnable> tasks = new ArrayList<>();
  private final Passwords passwords = new Passwords(COST, tasks::add);
  private final PasswordHash hash = PasswordHash.of("secret", COST);

  @Test
  void nothingIsHashedOnTheCallersThread() {
    CompletionStage<PasswordHash> hashed = passwords.hash("secret");
    CompletionStage<Boolean> checked = passwords.check(hash, "secret");
    assertThat(hashed.toCompletableFuture()).isNotDone();
    assertThat(checked.toCompletableFuture()).isNotDone();
    runAll();
    assertThat(await(hashed).matches("secret")).isTrue();
    assertThat(await(checked)).isTrue();
  }

  @Test
  void aPasswordThatProvedRightIsNotHashedAgain() {
    CompletionStage<Boolean> first = passwords.check(hash, "secret");
    assertThat(runAll()).isEqualTo(1);
    assertThat(await(first)).isTrue();
    for (int i = 0; i < 2_000; i++) {
      assertThat(await(passwords.check(hash, "secret"))).isTrue();
    }
    assertThat(tasks).isEmpty();
  }

  @Test
  void equalChecksAtTheSameTimeAreMadeOnce() {
    List<CompletionStage<Boolean>> checks = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      checks.add(passwords.check(hash, "secret"));
    }
    assertThat(runAll()).isEqualTo(1);
    assertThat(checks).allSatisfy(check -> assertThat(await(check)).isTrue());
  }

  @Test
  void anotherPasswordIsCheckedForItself() {
    passwords.check(hash, "secret");
    runAll();
    CompletionStage<Boolean> other = passwords.check(hash, "Secret");
    assertThat(runAll()).isEqualTo(1);
    assertThat(await(other)).isFalse();
  }

  @Test
  void aWrongPasswordIsNotRemembered() {
    passwords.check(hash, "wrong");
    assertThat(runAll()).isEqualTo(1);
    passwords.check(hash, "wrong");
    assertThat(runAll()).isEqualTo(1);
  }

  @Test
  void anotherHashOfThePasswordIsCheckedForItself() {
    passwords.check(hash, "secret");
    runAll();
    CompletionStage<Boolean> other = passwords.check(PasswordHash.of("changed", COST), "secret");
    assertThat(runAll()).isEqualTo(1);
    assertThat(await(other)).isFalse();
  }

  @Test
  void unfitPasswordsAreRefused() {
    CompletionStage<PasswordHash> empty = passwords.hash("");
    CompletionStage<PasswordHash> endless = passwords.hash("x".repeat(73));
    runAll();
    assertFails(empty, ErrorCode.PRECONDITION_FAILED, "a password must not be empty");
    assertFails(endless, ErrorCode.PRECONDITION_FAILED, "a password has at most 72 bytes");
  }

  @Test
  void whatTheExecutorRejectsIsRefusedAndForgotten() {
    boolean[] full = {true};
    Passwords busy = new Passwords(COST, task -> {
      if (full[0]) {
        throw new RejectedExecutionException("full");
      }
      task.run();
    });
    assertFails(busy.hash("secret"), ErrorCode.LIMIT_REACHED, "too many logins at once");
    assertFails(busy.check(hash, "secret"), ErrorCode.LIMIT_REACHED, "too many logins at once");
    full[0] = false;
    assertThat(await(busy.check(hash, "secret"))).isTrue();
  }

  @Test
  void costsThatBcryptDoesNotHaveAreRefused() {
    assertThatThrownBy(() -> new Passwords(3, Runnable::run))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Passwords(32, Runnable::run))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private int runAll() {
    int count = tasks.size();
    List.copyOf(tasks).forEach(Runnable::run);
    tasks.clear();
    return count;
  }
}
