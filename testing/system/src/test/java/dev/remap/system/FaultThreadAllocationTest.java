// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultThreadAllocationTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Test
    void fiftyThousandFaultsAllocateNothing(@TempDir Path directory) {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), FaultLoopMain.class)) {
            long faults = Long.parseLong(child.awaitLine("faults", LIMIT));
            long allocated = Long.parseLong(child.awaitLine("allocated", LIMIT));
            assertThat(faults).isGreaterThanOrEqualTo(50_000);
            assertThat(allocated)
                    .as("bytes on the manager's heap by its fault thread")
                    .isLessThan(1024);
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
