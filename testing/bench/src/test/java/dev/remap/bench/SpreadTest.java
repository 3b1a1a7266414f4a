// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void rangeReachesFromTheSmallestToTheLargest() {
        assertThat(Spread.range(5, 1, 9)).isEqualTo(new Spread(5, 1, 9));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.range(4, 1, 2, 10).median()).isEqualTo(3);
    }

    @Test
    void quartilesLeaveOutTheWorstMoments() {
        double[] values = {-500, 20, 40, 60, 900};
        assertThat(Spread.quartiles(values)).isEqualTo(new Spread(40, 20, 60));
    }

    @Test
    void oneValueIsItsOwnSpread() {
        assertThat(Spread.quartiles(7)).isEqualTo(new Spread(7, 7, 7));
    }

    @Test
    void nothingIsNotANumber() {
        assertThat(Spread.range().median()).isNaN();
        assertThat(Spread.range().contains(1)).isFalse();
    }

    @Test
    void theInputKeepsItsOrder() {
        double[] values = {3, 1, 2};
        Spread.range(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void textHasOneUnitForAllThree() {
        assertThat(new Spread(14_100, 13_900, 14_800).text(Unit.US)).isEqualTo("14.1 us (13.9..14.8)");
        assertThat(new Spread(0.512, 0.5, 0.6).text(Unit.NS)).isEqualTo("0.51 ns (0.50..0.60)");
        assertThat(new Spread(1.04, 0.99, 1.1).ratioText()).isEqualTo("1.04 (0.99..1.10)");
    }
}
