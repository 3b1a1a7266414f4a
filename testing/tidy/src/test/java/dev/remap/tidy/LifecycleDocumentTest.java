// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Documents that name tests as their proof name ones that exist, and {@code process-lifecycle.md} names every one of its class. */
class LifecycleDocumentTest {
    private static final SourceTree TREE = SourceTree.read();
    private static final Pattern TEST_METHOD =
            Pattern.compile("@(?:Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b).)*\\bvoid (\\w+)\\(", Pattern.DOTALL);
    private static final Pattern ROW = Pattern.compile("\\|.*\\| `(\\w+)` \\|");
    private static final Pattern CLASS = Pattern.compile("`(\\w+Test)`");
    private static final List<String> CLASSES =
            List.of("ProcessLifecycleTest", "ApplicationDeathTest", "ManagerDeathTest", "TakeoverTest");

    @Test
    void everyRowIsATestAndEveryLifecycleTestIsARow() {
        List<String> rows = new ArrayList<>();
        for (String line : read("docs/internals/process-lifecycle.md").lines().toList()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(row.group(1));
            }
        }
        List<String> tests =
                CLASSES.stream().flatMap(name -> tests(name).stream()).toList();
        assertThat(rows).hasSizeGreaterThan(5).isSubsetOf(tests).containsAll(tests("ProcessLifecycleTest"));
    }

    @Test
    void theTestsThatSecurityNamesAreThere() {
        List<String> named = CLASS.matcher(read("SECURITY.md"))
                .results()
                .map(match -> match.group(1))
                .distinct()
                .toList();
        assertThat(named)
                .hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(file(name)).exists());
    }

    private static List<String> tests(String name) {
        return TEST_METHOD
                .matcher(read(file(name)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static Path file(String testClass) {
        return TREE.files(file -> file.name().equals(testClass + ".java")).stream()
                .map(file -> TREE.root().resolve(file.path()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + testClass));
    }

    private static String read(String path) {
        return read(TREE.root().resolve(path));
    }

    private static String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
