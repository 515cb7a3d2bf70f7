package io.waypost.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule fails for a class in {@code wrong} that breaks it, and names that class. */
class HouseRulesTest {
  private static final HouseRules RULES = new HouseRules("io.waypost.architecture.wrong");
  private static final JavaClasses WRONG = new ClassFileImporter().importPackages(RULES.root());

  @Test
  void aCycleFails() {
    assertThat(failures(RULES.noCycles()))
        .contains("Cycle detected", "Slice loop", "Slice message");
  }

  @Test
  void aClassWithoutARoomFails() {
    assertThat(failures(RULES.everyClassHasARoom()))
        .contains("attic.Homeless")
        .doesNotContain("SeesMqtt");
  }

  @ParameterizedTest
  @CsvSource({
    "MESSAGE, loop.SeesMessage",
    "ROUTING, queue.Innocent",
    "AMQP, mqtt.Innocent",
    "AMQP, queue.Innocent",
    "MANAGEMENT, transport.Innocent"
  })
  void aWrongArrowFails(Room from, String to) {
    assertThat(failures(RULES.seesOnlyItsNeighbours(from))).contains("wrong." + to);
  }

  @ParameterizedTest
  @CsvSource({"MQTT", "QUEUE", "TRANSPORT", "ENGINE", "DISTRIBUTION"})
  void aRightArrowPasses(Room from) {
    assertThat(failures(RULES.seesOnlyItsNeighbours(from))).isEmpty();
  }

  @Test
  void aSocketInCoreFails() {
    assertThat(failures(RULES.coreHasNoSockets()))
        .contains("queue.HoldsBuffer", "engine.SpeaksHttp")
        .doesNotContain("transport.");
  }

  @Test
  void aLockOutsideTheStoreFails() {
    assertThat(failures(RULES.onlyTheStoreLocks()))
        .contains("engine.Locks.method() is synchronized")
        .contains("engine.Locks.block has a synchronized block")
        .contains("java.util.concurrent.locks.ReentrantLock")
        .doesNotContain("store.");
  }

  @Test
  void reflectionOutsideTheDistributionFails() {
    assertThat(failures(RULES.onlyTheDistributionReflects()))
        .contains("engine.Reflects")
        .doesNotContain("distribution.");
  }

  private static String failures(ArchRule rule) {
    return String.join("\n", rule.evaluate(WRONG).getFailureReport().getDetails());
  }
}
