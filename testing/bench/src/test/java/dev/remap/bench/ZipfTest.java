// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ZipfTest {
    private static final int PAGES = 10_000;
    private static final int DRAWS = 1 << 20;

    private final Zipf zipf = new Zipf(PAGES);

    @Test
    void ranksGoFromTheFirstToTheLast() {
        assertThat(zipf.rank(0)).isZero();
        assertThat(zipf.rank(Math.nextDown(1.0))).isEqualTo(PAGES - 1);
    }

    @Test
    void theMostFrequentPageHasItsShare() {
        long[] counts = new long[PAGES];
        Arrays.stream(zipf.table(DRAWS)).forEach(page -> counts[page]++);
        double zeta = 0;
        for (int rank = 1; rank <= PAGES; rank++) {
            zeta += Math.pow(rank, -0.99);
        }
        double most = (double) Arrays.stream(counts).max().orElseThrow() / DRAWS;
        assertThat(most).isCloseTo(1 / zeta, Offset.offset(0.002));
    }

    @Test
    void frequentPagesLieFarApart() {
        int[] table = zipf.table(1000);
        assertThat(Arrays.stream(table).filter(page -> page < PAGES / 2).count())
                .isBetween(200L, 800L);
    }

    @Test
    void theTableIsTheSameEachTime() {
        assertThat(zipf.table(1000)).isEqualTo(new Zipf(PAGES).table(1000));
    }

    @Test
    void oneIsNotARankBeyondTheLast() {
        assertThat(zipf.rank(1)).isLessThan(PAGES);
    }
}
