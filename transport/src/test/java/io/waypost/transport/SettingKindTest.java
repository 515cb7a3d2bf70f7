package io.waypost.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingKindTest {
  @Test
  void numbersHaveLimits() {
    SettingKind<Integer> port = SettingKind.number(0, 65535);
    assertReads(port, "0", 0);
    assertReads(port, "65535", 65535);
    assertRefuses(port, "65536", "-1", "", "5672x", "1.5", "99999999999");
    assertThat(port.allowed()).isEqualTo("a whole number from 0 to 65535");
  }

  @Test
  void sizesHaveUnits() {
    SettingKind<Long> size = SettingKind.size(1024, 512 << 20);
    assertReads(size, "16MiB", 16L << 20);
    assertReads(size, "1KiB", 1024L);
    assertThat(size.read(List.of("2048"))).isEqualTo(2048L);
    assertThat(size.read(List.of("4 KiB"))).isEqualTo(4096L);
    assertRefuses(
        size, "1GiB", "12", "16MB", "MiB", "-1KiB", "999999999999999999GiB", "9999999999999999999");
    assertThat(size.allowed()).isEqualTo("a size from 1KiB to 512MiB in B, KiB, MiB or GiB");
  }

  @Test
  void timesHaveUnits() {
    SettingKind<Duration> time = SettingKind.duration(Duration.ZERO, Duration.ofDays(1));
    assertReads(time, "30s", Duration.ofSeconds(30));
    assertReads(time, "0", Duration.ZERO);
    assertReads(time, "1500ms", Duration.ofMillis(1500));
    assertReads(time, "2h", Duration.ofHours(2));
    assertRefuses(time, "30", "2d", "s", "30 seconds");
    assertThat(time.allowed()).isEqualTo("a time from 0 to 1d in ms, s, m, h or d");
  }

  @Test
  void wordsFlagsAndFractions() {
    assertReads(SettingKind.flag(), "true", true);
    assertReads(SettingKind.flag(), "false", false);
    assertRefuses(SettingKind.flag(), "yes", "1", "True");
    assertReads(SettingKind.oneOf(List.of("info", "debug")), "debug", "debug");
    assertRefuses(SettingKind.oneOf(List.of("info", "debug")), "loud");
    assertReads(SettingKind.fraction(0.1, 0.9), "0.5", 0.5);
    assertRefuses(SettingKind.fraction(0.1, 0.9), "1", "NaN", "half");
  }

  @Test
  void onlyListsTakeSeveralTexts() {
    assertThat(SettingKind.texts().read(List.of("a", "b"))).containsExactly("a", "b");
    assertThat(SettingKind.texts().read(List.of())).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SettingKind.text().read(List.of("a", "b")));
  }

  @Test
  void settingsOfAProtocolFallBackToTheirDefaults() {
    Setting<Integer> max = Setting.number("max", 5, 1, 10, "The most.");
    Setting<Boolean> kind = Setting.flag("kind", true, "Whether.");
    ProtocolSettings settings = ProtocolSettings.defaults("Product", "1.0");
    assertThat(settings.get(max)).isEqualTo(5);
    ProtocolSettings changed = settings.with(max, 7).with(kind, false);
    assertThat(changed.get(max)).isEqualTo(7);
    assertThat(changed.get(kind)).isFalse();
    assertThat(settings.get(max)).isEqualTo(5);
    assertThat(changed.product() + changed.version()).isEqualTo("Product1.0");
  }

  private static <T> void assertReads(SettingKind<T> kind, String text, T value) {
    assertThat(kind.read(List.of(text))).isEqualTo(value);
    assertThat(kind.read(List.of(kind.write(value)))).isEqualTo(value);
  }

  private static void assertRefuses(SettingKind<?> kind, String... texts) {
    for (String text : texts) {
      assertThatIllegalArgumentException().as(text).isThrownBy(() -> kind.read(List.of(text)));
    }
  }
}
