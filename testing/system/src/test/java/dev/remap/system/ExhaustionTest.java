// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than the tiers can hold: the touch fails clearly and in time, nobody is killed, and freeing helps. */
class ExhaustionTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long BUDGET = 8 * Pages.MIB;

    @Test
    void dataThatCannotBeCompressedIsRefusedWhenTheBudgetIsFull(@TempDir Path directory) {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), ExhaustionMain.class)) {
            assertThat(child.awaitExit(LIMIT)).as(child.output()).isZero();
            assertThat(number(child, "touch InternalError"))
                    .as("ms until refused")
                    .isBetween(300L, 5_000L);
            assertThat(number(child, "written")).as("pages that fitted").isGreaterThan(BUDGET / 2 / Pages.SIZE);
            assertThat(child.awaitLine("failures", LIMIT)).isEqualTo("1 [NO_MEMORY]");
            assertThat(child.awaitLine("check", LIMIT)).isEqualTo("NO_MEMORY");
            assertThat(child.awaitLine("load", LIMIT)).isIn("NO_MEMORY", "CAPACITY");
            assertThat(number(child, "used")).isLessThanOrEqualTo(BUDGET + 2 * Pages.MIB);
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitLine("after discard", LIMIT)).isEqualTo("42");
        }
    }

    private static long number(ChildJvm child, String prefix) {
        return Long.parseLong(child.awaitLine(prefix, LIMIT));
    }
}
