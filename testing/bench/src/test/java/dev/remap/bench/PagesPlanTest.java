// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PagesPlanTest {
    private static final PagesPlan PLAN = new PagesPlan(256 << 20, 64 << 20, 2, 1000, 2000);

    @Test
    void aProcessReadsThePlanThatItIsGiven() {
        assertThat(PagesPlan.parse(PLAN.words())).isEqualTo(PLAN);
    }

    @Test
    void hitsAreOfFewerPagesThanFitAndMixedOnesOfAll() {
        assertThat(Arrays.stream(PagesRow.HITS.table(PLAN)).max()).hasValue(8191);
        assertThat(Arrays.stream(PagesRow.MIXED.table(PLAN)).max().orElseThrow())
                .isBetween(16_384, PLAN.pages() - 1);
    }

    @Test
    void aRoundBeginsNotWhereOneOfTheSevenBeforeDid() {
        int[] first = new int[8];
        Arrays.setAll(first, PLAN::firstEntry);
        assertThat(Arrays.stream(first).distinct().count()).isEqualTo(8);
        assertThat(Arrays.stream(first).max().orElseThrow()).isLessThan(AccessPattern.TABLE_LENGTH);
    }
}
