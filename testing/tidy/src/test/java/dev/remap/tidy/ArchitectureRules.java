// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.lang.invoke.MethodHandle;

/** Rules about who may depend on whom, where the module system alone does not say it. */
final class ArchitectureRules {
    private static final String API = "dev.remap";
    private static final String LINUX = "dev.remap.linux..";
    private static final String NATIVE_TYPES =
            "java\\.lang\\.foreign\\.(Linker|SymbolLookup)(\\$.*)?|(sun\\.misc|jdk\\.internal\\.misc)\\.Unsafe";

    private ArchitectureRules() {}

    static ArchRule nativeCodeOnlyInLinux() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(LINUX)
                .should()
                .dependOnClassesThat()
                .haveNameMatching(NATIVE_TYPES)
                .orShould()
                .callMethodWhere(target(owner(assignableTo(MethodHandle.class))).and(target(nameMatching("invoke.*"))))
                .orShould()
                .callMethodWhere(target(owner(assignableTo(System.class).or(assignableTo(Runtime.class))))
                        .and(target(nameMatching("load(Library)?"))));
    }

    static ArchRule coreNamesNeitherManagerNorApiNorADriver(String... driverPackages) {
        return noClasses()
                .that()
                .resideInAPackage("dev.remap.core..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(API, "dev.remap.manager..").or(resideInAnyPackage(driverPackages)));
    }

    static ArchRule onlyTestsNameTheInjectorOfFaults() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("dev.remap.faults..", "dev.remap.torture..", "dev.remap.system..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.remap.faults..");
    }

    static ArchRule apiDependsOnlyOnWireAndLinux() {
        return classes()
                .that()
                .resideInAPackage(API)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        API,
                        "dev.remap.wire..",
                        LINUX,
                        "dev.remap.export..",
                        "java..",
                        "javax..",
                        "jdk..",
                        "com.sun..",
                        "org.jspecify.."));
    }

    static ArchRule aDriverDependsNeitherOnCoreNorOnAnotherDriver(String driverPackage) {
        return classes()
                .that()
                .resideInAPackage(driverPackage)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                driverPackage, LINUX, "dev.remap.driver", "dev.remap.driver.mm..", "dev.remap.export..")
                        .or(resideOutsideOfPackage("dev.remap..")));
    }
}
