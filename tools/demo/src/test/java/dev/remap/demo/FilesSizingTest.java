// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FilesSizingTest {
    @Test
    void defaultBudgetIsAFifthOfTheDataInWholePages() {
        FilesSizing sizing = FilesSizing.of(2L << 30, 1_000, 0);

        assertThat(sizing.dramBytes()).isBetween((2L << 30) / 5 - 4096, (2L << 30) / 5);
        assertThat(sizing.dramBytes() % 4096).isZero();
    }

    @Test
    void littleDataGetsABudgetThatRemapCanWorkWith() {
        assertThat(FilesSizing.of(FilesSizing.LEAST_DATA_BYTES, 1_000, 0).dramBytes())
                .isEqualTo(16 << 20);
    }

    @Test
    void limitIsTheBudgetAndAnAllowanceForTheJvms() {
        FilesSizing sizing = FilesSizing.of(1L << 30, 1_000, 64 << 20);

        assertThat(sizing.memoryBytes()).isEqualTo((64L << 20) + FilesSizing.JVM_BYTES);
        assertThat(sizing.diskBytes()).isGreaterThan(sizing.dataBytes());
    }
}
