// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceTest {
    private static final SourceTree TREE = SourceTree.read();
    private static final List<JavaSource> JAVA = JavaSource.parse(TREE.files(SourceFile::isJava));
    private static final Predicate<SourceFile> OWN_WORDS = file -> !file.isLicenceText();

    @Test
    void theTreeIsRead() {
        assertThat(TREE.files(SourceFile::isJava)).hasSizeGreaterThan(100);
        assertThat(TREE.files(SourceFile::isPom)).hasSizeGreaterThan(10);
        assertThat(TREE.files(SourceFile::isScript)).isNotEmpty();
    }

    @Test
    void everySourceFileNamesTheLicenceOfItsModule() {
        assertThat(broken(TREE.files(SourceRules::needsLicence), SourceRules::licence))
                .isEmpty();
    }

    @Test
    void everyLicenceHasItsText() {
        assertThat(Stream.of(SourceRules.APACHE_OR_GPL.split(" OR | WITH |[()]"))
                        .filter(id -> !id.isBlank())
                        .map(id -> TREE.root().resolve("LICENSES/" + id + ".txt")))
                .hasSize(3)
                .allMatch(Files::isRegularFile);
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        assertThat(SourceRules.packagesWithoutInfo(TREE.files(SourceFile::isJava)))
                .isEmpty();
        assertThat(broken(TREE.files(file -> file.name().equals("package-info.java")), SourceRules::unmarkedPackage))
                .isEmpty();
    }

    @Test
    void filesAreNotLong() {
        assertThat(broken(TREE.files(OWN_WORDS.and(file -> !file.isMarkdown())), SourceRules::longFiles))
                .isEmpty();
    }

    @Test
    void linesAreNotLong() {
        assertThat(broken(TREE.files(SourceFile::isJava), SourceRules::longLines))
                .isEmpty();
    }

    @Test
    void nothingIsIndentedWithTabs() {
        assertThat(broken(TREE.files(OWN_WORDS), SourceRules::tabs)).isEmpty();
    }

    @Test
    void nothingIsLeftOpen() {
        assertThat(broken(TREE.files(OWN_WORDS), SourceRules::openEnds)).isEmpty();
    }

    @Test
    void nothingNamesAPathOfOneMachine() {
        assertThat(broken(TREE.files(OWN_WORDS), SourceRules::machinePaths)).isEmpty();
    }

    @Test
    void onlyMainClassesEndTheProcess() {
        assertThat(broken(JAVA, SourceRules::exits)).isEmpty();
    }

    @Test
    void noDeadlineHangsOnTheTimeOfDay() {
        assertThat(broken(JAVA, SourceRules::wallClocks)).isEmpty();
    }

    @Test
    void noCatchBlockIsSilent() {
        assertThat(broken(JAVA, SourceRules::silentCatches)).isEmpty();
    }

    @Test
    void typeNamesSayWhatTheTypeIs() {
        assertThat(broken(JAVA, SourceRules::vagueNames)).isEmpty();
    }

    @Test
    void whatTheApiAndTheDriverApiExportIsDocumented() {
        for (String module : List.of("api", "driver-api")) {
            var exported = exportedFolders(module + "/src/main/java");
            var sources = JAVA.stream()
                    .filter(java -> exported.contains(java.file().folder()))
                    .toList();
            assertThat(sources).isNotEmpty();
            assertThat(broken(sources, ExportedDocs::missing)).isEmpty();
        }
    }

    @Test
    void relativeLinksInMarkdownLeadSomewhere() {
        assertThat(broken(TREE.files(SourceFile::isMarkdown), file -> MarkdownLinks.broken(TREE.root(), file)))
                .isEmpty();
    }

    @Test
    void everyPluginHasAVersion() {
        var managed = PomPlugins.managed(
                TREE.files(file -> file.path().equals("pom.xml")).getFirst());
        assertThat(broken(TREE.files(SourceFile::isPom), pom -> PomPlugins.unversioned(pom, managed)))
                .isEmpty();
    }

    private static List<String> exportedFolders(String sources) {
        return JAVA.stream()
                .filter(java -> java.file().path().equals(sources + "/module-info.java"))
                .flatMap(info -> ExportedDocs.exportedPackages(info).stream())
                .map(name -> sources + "/" + name.replace('.', '/'))
                .toList();
    }

    private static <T> List<String> broken(List<T> files, Function<T, List<String>> rule) {
        return files.stream().map(rule).flatMap(List::stream).toList();
    }
}
