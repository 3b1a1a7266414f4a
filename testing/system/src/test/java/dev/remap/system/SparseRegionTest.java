// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseRegionTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long MOST_TABLES_KB = 64 * 1024;

    /** Without reclaim of page tables, 20,000 places in as many 2 MiB blocks would cost 80 MiB of them. */
    @Test
    void eightTebibytesTouchedFarApartKeepTheirBytesTheirOneMappingAndSmallPageTables(@TempDir Path directory) {
        try (ChildJvm child = ChildJvm.start(directory, List.of(), SparseMain.class)) {
            assertThat(child.awaitLine("mappings", LIMIT)).isEqualTo("1");
            assertThat(child.awaitLine("wrong", LIMIT)).isEqualTo("0");
            assertThat(child.awaitLine("mappings again", LIMIT)).isEqualTo("1");
            String tables = child.awaitLine("tables", LIMIT).split(" ", 2)[0];
            assertThat(Long.parseLong(tables)).as("kB of page tables").isLessThan(MOST_TABLES_KB);
            assertThat(child.awaitExit(LIMIT)).isZero();
        }
    }
}
