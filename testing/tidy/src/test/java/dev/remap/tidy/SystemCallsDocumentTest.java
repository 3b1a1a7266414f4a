// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/internals/system-calls.md} lists what each process can call, no more and no less. */
class SystemCallsDocumentTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("dev.remap");
    private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| (yes|) ?\\| (yes|) ?\\| .*");
    private static final int APPLICATION = 2;
    private static final int MANAGER = 3;

    @Test
    void theApplicationsCallsAreThoseOfTheTable() throws IOException {
        assertThat(documented(APPLICATION))
                .containsExactlyElementsOf(SystemCalls.reachable(
                        CLASSES, from -> from.getPackageName().equals("dev.remap")));
    }

    @Test
    void theManagersCallsAreThoseOfTheTable() throws IOException {
        assertThat(documented(MANAGER))
                .containsExactlyElementsOf(SystemCalls.reachable(
                        CLASSES, from -> from.getPackageName().matches("dev\\.remap\\.(manager|core|driver)(\\..*)?")));
    }

    @Test
    void theSearchFindsWhatBothMustCallAndNotEverything() {
        Set<String> application =
                SystemCalls.reachable(CLASSES, from -> from.getPackageName().equals("dev.remap"));
        assertThat(application).contains("ioctl", "mmap", "sendmsg", "recvmsg", "memfd_create");
        assertThat(SystemCalls.all(CLASSES)).containsAll(application).hasSizeGreaterThan(application.size());
    }

    private static Set<String> documented(int column) throws IOException {
        Set<String> calls = new TreeSet<>();
        for (String line : Files.readAllLines(SourceTree.read().root().resolve("docs/internals/system-calls.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && row.group(column).equals("yes")) {
                calls.add(row.group(1));
            }
        }
        return calls;
    }
}
