// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The budget is hard, and somebody else holds the tape measure. */
class BudgetTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long TOLERANCE = 2 * Pages.MIB;

    @Test
    void memoryFilesOfBothProcessesStayWithinTheBudgetAndTwoMebibytes(@TempDir Path directory)
            throws InterruptedException {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), OverfillMain.class);
                Memfds memory = new Memfds()) {
            long manager = Long.parseLong(child.awaitLine("ready", LIMIT));
            child.send("go");
            long peak = 0;
            int samples = 0;
            for (; child.alive() && !child.output().contains("done"); samples++) {
                if (samples % 100 == 0) {
                    memory.add(child.pid(), manager);
                }
                peak = Math.max(peak, memory.allocatedBytes());
                Thread.sleep(1);
            }
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(samples).as("samples").isGreaterThan(200);
            assertThat(peak)
                    .as("largest sum of st_blocks in %d samples of\n%s", samples, memory.describe())
                    .isGreaterThan(OverfillMain.BUDGET / 2)
                    .isLessThanOrEqualTo(OverfillMain.BUDGET + TOLERANCE);
            assertThat(Long.parseLong(child.awaitLine("peak", LIMIT)))
                    .isLessThanOrEqualTo(OverfillMain.BUDGET + TOLERANCE);
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
