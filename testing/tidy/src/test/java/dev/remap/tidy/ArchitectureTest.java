// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final SourceTree TREE = SourceTree.read();
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.remap");

    @Test
    void everyModuleIsOnTheClassPathOfTheseTests() {
        List<String> modules = TREE.files(file -> file.path().endsWith("src/main/java/module-info.java")).stream()
                .map(info -> JavaSource.parse(info).unit().getModule().getName().toString())
                .toList();
        assertThat(modules).hasSizeGreaterThan(5).allMatch(CLASSES::containPackage);
    }

    @Test
    void nativeCodeIsOnlyInLinux() {
        ArchitectureRules.nativeCodeOnlyInLinux().check(CLASSES);
    }

    @Test
    void coreNamesNeitherManagerNorApiNorADriver() {
        ArchitectureRules.coreNamesNeitherManagerNorApiNorADriver(
                        driverPackages().toArray(String[]::new))
                .check(CLASSES);
    }

    @Test
    void onlyTestsNameTheInjectorOfFaults() {
        ArchitectureRules.onlyTestsNameTheInjectorOfFaults().check(CLASSES);
    }

    @Test
    void theApiDependsOnlyOnWireAndLinux() {
        ArchitectureRules.apiDependsOnlyOnWireAndLinux().check(CLASSES);
    }

    @Test
    void driversDependNeitherOnCoreNorOnEachOther() {
        assertThat(driverPackages())
                .isNotEmpty()
                .allSatisfy(driver -> ArchitectureRules.aDriverDependsNeitherOnCoreNorOnAnotherDriver(driver)
                        .check(CLASSES));
    }

    private static List<String> driverPackages() {
        return TREE.files(file -> file.isPom() && file.path().startsWith("drivers/")).stream()
                .map(pom -> "dev.remap.driver." + pom.module().substring("drivers/".length()) + "..")
                .toList();
    }
}
