package io.waypost.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * The rules, for the rooms below one root package: the product's, or that of classes which break
 * them on purpose.
 */
record HouseRules(String root) {
  ArchRule noCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles();
  }

  ArchRule everyClassHasARoom() {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .resideInAnyPackage(packages(EnumSet.allOf(Room.class)));
  }

  ArchRule seesOnlyItsNeighbours(Room room) {
    Set<Room> visible = EnumSet.of(room);
    visible.addAll(room.sees());
    return classes()
        .that()
        .resideInAPackage(room.in(root))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(packages(visible)).or(not(resideInAPackage(root + ".."))))
        .allowEmptyShould(true);
  }

  ArchRule coreHasNoSockets() {
    return noClasses()
        .that()
        .resideInAnyPackage(packages(Room.CORE))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty..", "io.undertow..");
  }

  ArchRule onlyTheStoreLocks() {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(Room.STORE.in(root))
        .should(new NotLock());
  }

  ArchRule onlyTheDistributionReflects() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(Room.DISTRIBUTION.in(root))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect..");
  }

  private String[] packages(Collection<Room> rooms) {
    return rooms.stream().map(room -> room.in(root)).toArray(String[]::new);
  }
}
