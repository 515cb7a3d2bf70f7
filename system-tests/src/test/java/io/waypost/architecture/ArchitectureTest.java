package io.waypost.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The product keeps the rules of the house. */
class ArchitectureTest {
  private static final HouseRules RULES = new HouseRules("io.waypost");
  private static final JavaClasses PRODUCT = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages(RULES.root());

  @Test
  void theProductIsWhatIsRead() {
    assertThat(PRODUCT.contain("io.waypost.broker.Broker")).isTrue();
    assertThat(PRODUCT.contain(ArchitectureTest.class)).isFalse();
  }

  @Test
  void noPackageIsPartOfACycle() {
    RULES.noCycles().check(PRODUCT);
  }

  @Test
  void everyClassHasARoom() {
    RULES.everyClassHasARoom().check(PRODUCT);
  }

  @ParameterizedTest
  @EnumSource
  void aRoomSeesOnlyItsNeighbours(Room room) {
    RULES.seesOnlyItsNeighbours(room).check(PRODUCT);
  }

  @Test
  void coreHasNoSockets() {
    RULES.coreHasNoSockets().check(PRODUCT);
  }

  @Test
  void onlyTheStoreLocks() {
    RULES.onlyTheStoreLocks().check(PRODUCT);
  }

  @Test
  void onlyTheDistributionReflects() {
    RULES.onlyTheDistributionReflects().check(PRODUCT);
  }
}
