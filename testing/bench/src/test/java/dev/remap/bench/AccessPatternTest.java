// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessPatternTest {
    private static final int PAGES = 4096;
    private static final int LENGTH = 1 << 16;
    private static final AccessPattern.Lane FIRST = new AccessPattern.Lane(0, 2);
    private static final AccessPattern.Lane SECOND = new AccessPattern.Lane(1, 2);

    @ParameterizedTest
    @EnumSource
    void tablesNameExistingPagesAndDifferFromThreadToThread(AccessPattern pattern) {
        int[] table = pattern.table(PAGES, FIRST, LENGTH);
        assertThat(table).hasSize(LENGTH);
        assertThat(Arrays.stream(table)).allMatch(page -> page >= 0 && page < PAGES);
        assertThat(table)
                .isEqualTo(pattern.table(PAGES, FIRST, LENGTH))
                .isNotEqualTo(pattern.table(PAGES, SECOND, LENGTH));
    }

    /** The first draws of xorshift from the reference workload's seed, calculated apart. */
    @Test
    void uniformDrawsAreThoseOfTheReferenceWorkload() {
        long s = 88_172_645_463_325_252L;
        int[] expected = new int[4];
        for (int i = 0; i < expected.length; i++) {
            s ^= s << 13;
            s ^= s >>> 7;
            s ^= s << 17;
            expected[i] = (int) Long.remainderUnsigned(s, PAGES);
        }
        assertThat(AccessPattern.UNIFORM.table(PAGES, FIRST, 4)).isEqualTo(expected);
    }

    @Test
    void zipfIsTheOneOfTheFiles() {
        assertThat(AccessPattern.ZIPF.table(PAGES, FIRST, LENGTH)).isEqualTo(new Zipf(PAGES).table(LENGTH));
    }

    @Test
    void threeOfTenAccessesAreTheScans() {
        int[] table = AccessPattern.ZIPF_SCAN.table(PAGES, SECOND, LENGTH);
        assertThat(Arrays.copyOf(table, 3)).containsExactly(PAGES / 2, PAGES / 2 + 1, PAGES / 2 + 2);
        assertThat(table[10]).isEqualTo(PAGES / 2 + 3);
    }

    @Test
    void strideAfterStrideEveryPageHasItsTurnOnce() {
        int[] table = AccessPattern.STRIDED.table(PAGES, FIRST, PAGES);
        assertThat(Arrays.copyOf(table, 3)).containsExactly(0, 16, 32);
        assertThat(Arrays.stream(table).distinct()).hasSize(PAGES);
    }

    @Test
    void theHotSetIsAnEighthAndMovesThroughAll() {
        int[] table = AccessPattern.MOVING.table(PAGES, FIRST, LENGTH);
        long soon = Arrays.stream(table, 0, PAGES / 8).distinct().count();
        assertThat(soon).isLessThan(PAGES / 8);
        assertThat(Arrays.stream(table).distinct()).hasSize(PAGES);
    }

    @Test
    void aUnitIsAccessedPageByPageFromItsFirst() {
        int[] table = AccessTables.table(AccessPattern.UNIFORM, PAGES, 16, FIRST);
        for (int i = 0; i < LENGTH; i++) {
            assertThat(table[i] % 16).isEqualTo(i % 16);
            assertThat(table[i] / 16).isEqualTo(table[i - i % 16] / 16);
        }
        assertThat(Arrays.stream(table).distinct().count()).isEqualTo(PAGES);
    }
}
