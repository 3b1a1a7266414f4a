// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.wire.AdviceCode;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdvisedRangesTest {
    private static final int PAGES = 400;

    private final AdvisedRanges ranges = new AdvisedRanges();

    @Test
    void newestAdviceForAPageWins() {
        long seed = System.nanoTime();
        System.out.println("advised ranges, seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        int[] model = new int[PAGES];
        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(PAGES);
            int to = random.nextInt(from, PAGES + 1);
            int advice = random.nextInt(AdviceCode.BYPASS + 1);
            ranges.set(from, to - from, advice);
            Arrays.fill(model, from, to, advice);
            int page = random.nextInt(PAGES);
            assertThat(ranges.get(page))
                    .as("seed %d, step %d, page %d", seed, i, page)
                    .isEqualTo(model[page]);
        }
        for (int page = 0; page < PAGES; page++) {
            assertThat(ranges.get(page)).isEqualTo(model[page]);
        }
        assertThat(ranges.get(PAGES)).isZero();
    }

    @Test
    void neighboursWithTheSameAdviceAreOneRange() {
        for (long i = 0; i < 10L * AdvisedRanges.MAX_RANGES; i++) {
            ranges.set(1000 + i * 256, 256, 1);
        }
        assertThat(ranges.get(999)).isZero();
        assertThat(ranges.get(1000)).isEqualTo(1);
    }

    @Test
    void beyondTheLimitTheNewestAdviceHoldsEverywhere() {
        for (long i = 0; i < AdvisedRanges.MAX_RANGES; i++) {
            ranges.set(10 * i + 5, 1, 2);
        }
        ranges.set(7, 1, 3);
        assertThat(ranges.get(1_000_000)).isIn(2, 3);
        ranges.set(5, 1, 1);
        assertThat(ranges.get(5)).isEqualTo(1);
    }

    @Test
    void beyondTheLimitAdviceToLetPagesLeaveHoldsForItsOwnRangeOnly() {
        for (int advice : new int[] {AdviceCode.DROP_BEHIND, AdviceCode.BYPASS}) {
            AdvisedRanges full = new AdvisedRanges();
            for (long i = 0; full.get(1_000_000) == 0 && i < AdvisedRanges.MAX_RANGES; i++) {
                full.set(10 * i + 5, 1, advice);
            }
            assertThat(full.get(1_000_000)).isEqualTo(AdviceCode.NORMAL);
            assertThat(full.get(5)).as("forgotten").isEqualTo(AdviceCode.NORMAL);
            assertThat(full.get(10L * (AdvisedRanges.MAX_RANGES - 1) + 5)).isEqualTo(advice);
        }
    }

    @Test
    void lastPageThereCanBeHasItsAdvice() {
        long last = (1L << 40) - 1;
        ranges.set(last, 1, AdviceCode.BYPASS);
        assertThat(ranges.get(last)).isEqualTo(AdviceCode.BYPASS);
        assertThat(ranges.get(last - 1)).isEqualTo(AdviceCode.NORMAL);
        assertThat(ranges.get(last + 1)).isEqualTo(AdviceCode.NORMAL);
    }
}
