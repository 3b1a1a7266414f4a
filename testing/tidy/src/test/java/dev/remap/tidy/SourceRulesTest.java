// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule rejects a bad example, and where the border is fine, accepts the good one beside it. */
class SourceRulesTest {
    private static final String SPDX = "// SPDX-License-" + "Identifier: ";

    @Test
    void aFileWithoutLicenceOrWithAnotherModulesLicenceIsRejected() {
        assertThat(SourceRules.licence(SourceFile.of("core/src/main/java/A.java", "class A {}")))
                .hasSize(1);
        assertThat(SourceRules.licence(SourceFile.of("api/src/main/java/A.java", SPDX + SourceRules.GPL)))
                .hasSize(1);
        assertThat(SourceRules.licence(
                        SourceFile.of("core/pom.xml", "<!-- " + SPDX + SourceRules.APACHE_OR_GPL + " -->")))
                .hasSize(1);
        assertThat(SourceRules.licence(SourceFile.of("core/src/A.java", "", SPDX + SourceRules.GPL)))
                .hasSize(1);
        assertThat(SourceRules.licence(SourceFile.of("core/src/A.java", SPDX + SourceRules.GPL)))
                .isEmpty();
        assertThat(SourceRules.licence(SourceFile.of("wire/src/A.java", SPDX + SourceRules.APACHE_OR_GPL)))
                .isEmpty();
    }

    @Test
    void scriptsNeedALicenceToo() {
        assertThat(SourceRules.needsLicence(SourceFile.of("remap", "#!/usr/bin/env bash")))
                .isTrue();
    }

    @Test
    void tabsLongLinesAndLongFilesAreRejected() {
        assertThat(SourceRules.tabs(SourceFile.of("A.java", "", "\tint a;"))).containsExactly("A.java:2: has a tab");
        assertThat(SourceRules.longLines(SourceFile.of("A.java", "x".repeat(141))))
                .hasSize(1);
        assertThat(SourceRules.longLines(SourceFile.of("A.java", "x".repeat(140))))
                .isEmpty();
        assertThat(SourceRules.longFiles(new SourceFile("A.java", Collections.nCopies(601, ""))))
                .hasSize(1);
        assertThat(SourceRules.longFiles(new SourceFile("A.java", Collections.nCopies(600, ""))))
                .isEmpty();
        assertThat(SourceRules.longFiles(new SourceFile("a/package-info.java", Collections.nCopies(16, ""))))
                .hasSize(1);
    }

    @Test
    void openEndsAndMachinePathsAreRejected() {
        assertThat(SourceRules.openEnds(SourceFile.of("A.java", "// TO" + "DO later")))
                .hasSize(1);
        assertThat(SourceRules.openEnds(SourceFile.of("run", "mktemp a.XX" + "XXXX")))
                .isEmpty();
        assertThat(SourceRules.machinePaths(SourceFile.of("A.java", "\"/ho" + "me/me/a\"")))
                .hasSize(1);
        assertThat(SourceRules.machinePaths(SourceFile.of("a.md", "see docs/wo" + "rk/a")))
                .isEmpty();
    }

    @Test
    void aPackageWithoutInfoOrNullMarkIsRejected() {
        var main = SourceFile.of("m/src/main/java/p/A.java");
        var test = SourceFile.of("m/src/test/java/p/ATest.java");
        var info = SourceFile.of("m/src/main/java/p/package-info.java", "package p;");
        assertThat(SourceRules.packagesWithoutInfo(List.of(main, test))).hasSize(2);
        assertThat(SourceRules.packagesWithoutInfo(List.of(main, test, info))).isEmpty();
        assertThat(SourceRules.unmarkedPackage(info)).hasSize(1);
    }

    @Test
    void theTimeOfDayIsRejectedButWherePeopleReadIt() {
        String body = "class A { long a() { return System.currentTimeMillis(); } }";
        assertThat(SourceRules.wallClocks(java("core/src/main/java/A.java", body)))
                .hasSize(1);
        assertThat(SourceRules.wallClocks(java("core/src/main/java/PagedRegion.java", body)))
                .isEmpty();
        assertThat(SourceRules.wallClocks(java("core/src/test/java/A.java", body)))
                .isEmpty();
    }

    @Test
    void exitsOutsideMainClassesAreRejected() {
        String body = "class A { void a() { System.exit(1); } }";
        assertThat(SourceRules.exits(java("A.java", body))).hasSize(1);
        assertThat(SourceRules.exits(java("AMain.java", body))).isEmpty();
        assertThat(SourceRules.exits(java("A.java", "// System.exit(1)"))).isEmpty();
    }

    @Test
    void catchBlocksWithoutStatementOrReasonAreRejected() {
        assertThat(SourceRules.silentCatches(java("A.java", "class A {{ try { } catch (Error e) { } }}")))
                .hasSize(1);
        assertThat(SourceRules.silentCatches(
                        java("A.java", "class A {{ try { } catch (Error e) { /* It has ended. */ } }}")))
                .isEmpty();
    }

    @Test
    void vagueTypeNamesAreRejected() {
        assertThat(SourceRules.vagueNames(java("A.java", "class A { enum BUtil {} interface CImpl {} }")))
                .hasSize(2);
        assertThat(SourceRules.vagueNames(java("A.java", "class ManagerProcess {}")))
                .isEmpty();
    }

    @Test
    void exportedDeclarationsWithoutJavadocAreRejected() {
        assertThat(ExportedDocs.missing(java(
                        "A.java",
                        "public interface A {",
                        "    int a();",
                        "    enum B { X }",
                        "    private void p() {}",
                        "    @Override String toString();",
                        "    /** Documented. */ int b();",
                        "}")))
                .extracting(place -> place.split(" ")[1])
                .containsExactly("A", "a", "B", "X");
        assertThat(ExportedDocs.missing(java("A.java", "class A { public int a; }")))
                .isEmpty();
        assertThat(ExportedDocs.exportedPackages(java("module-info.java", "module m { exports p.q; }")))
                .isEqualTo(Set.of("p.q"));
    }

    @Test
    void linksToNowhereAreRejected() {
        var links = SourceFile.of("docs/a.md", "[a](nowhere.md) [b](b.md#part) [c](https://c) [d](#d)", "`[e](e.md)`");
        assertThat(MarkdownLinks.broken(Path.of("."), links))
                .extracting(place -> place.split(" ")[3])
                .containsExactly("nowhere.md,", "b.md#part,");
        assertThat(MarkdownLinks.broken(Path.of("."), SourceFile.of("a.md", "[a](pom.xml#x)")))
                .isEmpty();
    }

    @Test
    void pluginsWithoutVersionAreRejected() {
        var root = SourceFile.of(
                "pom.xml",
                "<project><pluginManagement><plugin><artifactId>a</artifactId><version>1</version></plugin>",
                "<plugin><artifactId>b</artifactId></plugin></pluginManagement></project>");
        assertThat(PomPlugins.managed(root)).containsExactly("org.apache.maven.plugins:a");
        assertThat(PomPlugins.unversioned(root, PomPlugins.managed(root)))
                .containsExactly("pom.xml:1: org.apache.maven.plugins:b has no version");
    }

    private static JavaSource java(String path, String... lines) {
        return JavaSource.parse(SourceFile.of(path, lines));
    }
}
