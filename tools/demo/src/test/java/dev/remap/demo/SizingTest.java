// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SizingTest {
    private static final Tiers DEFAULT = Tiers.parse(Tiers.DEFAULT);

    @Test
    void regionsAtScaleOneHoldExactlyItsRowsInWholePages() {
        Sizing sizing = Sizing.of(1, 0, DEFAULT);

        assertThat(sizing.rowCapacity()).isEqualTo(6_001_215);
        assertThat(sizing.columnBytes() % 4096).isZero();
        assertThat(sizing.columnBytes()).isBetween(6_001_215L * 8, 6_001_215L * 8 + 4095);
    }

    @Test
    void withAFileTheDefaultBudgetIsAtMostAFifthOfTheRegions() {
        for (String tiers : List.of("file", "zram,file", "zram:zstd,file")) {
            Sizing sizing = Sizing.of(1, 0, Tiers.parse(tiers));

            assertThat(sizing.regionBytes()).isGreaterThanOrEqualTo(5 * sizing.dramBytes());
            assertThat(sizing.ratio()).isLessThan(5.1);
            assertThat(sizing.dramBytes() % 4096).isZero();
        }
    }

    @Test
    void withoutAFileTheDefaultBudgetHoldsWhatTheCodecLeaves() {
        assertThat(Sizing.of(1, 0, Tiers.parse("zram:zstd")).ratio()).isBetween(2.5, 2.7);
        assertThat(Sizing.of(1, 0, Tiers.parse("zram")).ratio()).isBetween(1.5, 1.7);
    }

    @Test
    void givenBudgetIsTakenAsItIs() {
        assertThat(Sizing.of(1, 134_217_728, DEFAULT).dramBytes()).isEqualTo(134_217_728);
    }

    @Test
    void tinyScaleGetsABudgetThatRemapCanWorkWith() {
        assertThat(Sizing.of(0.001, 0, DEFAULT).dramBytes()).isEqualTo(16 << 20);
    }
}
