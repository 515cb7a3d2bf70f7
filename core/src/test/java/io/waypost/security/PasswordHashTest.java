package io.waypost.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waypost.security.PasswordHash.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final int COST = 4;

  @ParameterizedTest
  @ValueSource(strings = {"secret", "p\u00e4ssw\u00f6rd \u2713", " ", "a:b$c"})
  void aPasswordMatchesItsOwnHashOnly(String password) {
    PasswordHash hash = PasswordHash.of(password, COST);
    assertThat(hash.matches(password)).isTrue();
    assertThat(hash.matches(password + "x")).isFalse();
    assertThat(hash.matches("")).isFalse();
    assertThat(hash.algorithm()).isEqualTo(Algorithm.BCRYPT);
  }

  @Test
  void everyHashHasASaltOfItsOwn() {
    assertThat(PasswordHash.of("same", COST)).isNotEqualTo(PasswordHash.of("same", COST));
  }

  @Test
  void theEncodedFormIsReadBack() {
    PasswordHash hash = PasswordHash.of("secret", COST);
    assertThat(hash.encoded()).startsWith("bcrypt:$2b$04$").doesNotContain("secret");
    assertThat(PasswordHash.parse(hash.encoded())).isEqualTo(hash);
    assertThat(PasswordHash.parse(hash.encoded()).matches("secret")).isTrue();
  }

  @Test
  void longPasswordsAreRefusedRatherThanCut() {
    String longest = "x".repeat(72);
    assertThat(PasswordHash.of(longest, COST).matches(longest)).isTrue();
    assertThat(PasswordHash.of(longest, COST).matches(longest + "y")).isFalse();
    assertThatThrownBy(() -> PasswordHash.of("\u00e4".repeat(37), COST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a password has at most 72 bytes");
  }

  @Test
  void theEmptyPasswordIsRefused() {
    assertThatThrownBy(() -> PasswordHash.of("", COST))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hashesOfOtherBrokersDefinitionsAreChecked() {
    PasswordHash imported = PasswordHash.parse(
        "rabbit_password_hashing_sha256:kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    assertThat(imported.matches("test12")).isTrue();
    assertThat(imported.matches("test13")).isFalse();
  }

  @Test
  void theirLongerDigestIsCheckedToo() throws Exception {
    byte[] salt = {1, 2, 3, 4};
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    digest.update(salt);
    byte[] sum = digest.digest("secret".getBytes(StandardCharsets.UTF_8));
    byte[] value = Arrays.copyOf(salt, salt.length + sum.length);
    System.arraycopy(sum, 0, value, salt.length, sum.length);
    PasswordHash hash =
        new PasswordHash(Algorithm.SHA_512, Base64.getEncoder().encodeToString(value));
    assertThat(hash.matches("secret")).isTrue();
    assertThat(hash.matches("Secret")).isFalse();
  }

  @Test
  void nothingMatchesTheUnmatchable() {
    PasswordHash unmatchable = PasswordHash.unmatchable(COST);
    assertThat(unmatchable.matches("")).isFalse();
    assertThat(unmatchable.matches("secret")).isFalse();
    assertThat(unmatchable.matches("x".repeat(100))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "bcrypt:secret",
        "bcrypt:$2b$04$short",
        "rabbit_password_hashing_sha256:AAAA",
        "rabbit_password_hashing_sha256:not base64",
        "rabbit_password_hashing_md5:kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
      })
  void whatIsNoHashIsRefused(String encoded) {
    assertThatThrownBy(() -> PasswordHash.parse(encoded))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theTextFormHidesTheHash() {
    assertThat(PasswordHash.of("secret", COST)).hasToString("PasswordHash[bcrypt]");
  }

  @Test
  void whatScramNeedsIsKeptWithTheHash() {
    PasswordHash hash = PasswordHash.of("secret", COST);
    assertThat(hash.scram()).isNotNull().hasToString("ScramKeys[iterations=4096]");
    assertThat(PasswordHash.parse(hash.encoded()).scram()).isEqualTo(hash.scram());
    assertThat(PasswordHash.parse("bcrypt:" + hash.value()).scram()).isNull();
    assertThatThrownBy(() -> PasswordHash.parse(hash.encoded() + ",more"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsShownOfAHashIsWithoutWhatScramNeeds() {
    PasswordHash hash = PasswordHash.of("secret", COST);
    assertThat(PasswordHash.shown(hash.encoded())).isEqualTo("bcrypt:" + hash.value());
    assertThat(PasswordHash.shown("")).isEmpty();
  }
}
