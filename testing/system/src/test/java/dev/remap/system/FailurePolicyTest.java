// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailurePolicyTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SIGABRT_STATUS = 128 + 6;

    @TempDir
    Path directory;

    @Test
    void abortProcessEndsTheApplicationBySigabrt() {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), FailurePolicyMain.class, "ABORT_PROCESS")) {
            assertThat(child.awaitExit(LIMIT)).as(child.output()).isEqualTo(SIGABRT_STATUS);
            assertThat(child.output()).contains("touching").doesNotContain("touched");
        }
    }

    @Test
    void waitHoldsTheTouchUntilRepair() throws InterruptedException {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), FailurePolicyMain.class, "WAIT")) {
            assertThat(child.awaitLine("failed", LIMIT)).isEqualTo("CORRUPT");
            Thread.sleep(500);
            assertThat(child.output()).contains("touching").doesNotContain("touched");
            child.send("repair");
            assertThat(child.awaitLine("repaired", LIMIT)).isEqualTo("1");
            assertThat(child.awaitLine("touched", LIMIT)).isEqualTo("0");
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
