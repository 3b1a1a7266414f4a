// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the documented table of what each kind of access does on a failed page to what it does, one child JVM a cell. */
class FailedPageAccessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WARM = 20_000;

    @TempDir
    Path directory;

    static Stream<FailedPageTable.Row> rows() {
        return FailedPageTable.rows().stream();
    }

    @Test
    void theTableHasOneRowForEachKindOfAccess() {
        assertThat(rows().map(FailedPageTable.Row::access))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(FailedPageAccess.values())
                        .map(access -> access.title)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void interpretedAccessDoesWhatTheTableSays(FailedPageTable.Row row) {
        assertOutcome(row.access(), row.interpreted(), 0, "-Xint");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void compiledAccessDoesWhatTheTableSays(FailedPageTable.Row row) {
        assertOutcome(row.access(), row.compiled(), WARM, "-Xbatch");
    }

    private void assertOutcome(String title, String outcome, int rounds, String flag) {
        FailedPageAccess access = FailedPageAccess.titled(title);
        List<String> flags = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector", flag));
        try (ChildJvm child = ChildJvm.start(directory, flags, FailedPageMain.class, access, rounds)) {
            int status = child.awaitExit(LIMIT);
            if (outcome.equals("the JVM dies")) {
                assertThat(status).as(child.output()).isNotZero();
                assertThat(child.output()).contains("SIGBUS").doesNotContain("outcome");
            } else {
                assertThat(child.awaitLine("outcome", LIMIT)).isEqualTo(outcome);
                assertThatNoResultIsPublished(child);
                assertThat(status).as(child.output()).isZero();
            }
        }
    }

    private static void assertThatNoResultIsPublished(ChildJvm child) {
        assertThat(child.awaitLine("verify", LIMIT)).isEqualTo("CORRUPT");
        assertThat(child.awaitLine("verify elsewhere", LIMIT)).isEqualTo("passes");
        assertThat(child.awaitLine("check", LIMIT)).isEqualTo("CORRUPT");
    }
}
