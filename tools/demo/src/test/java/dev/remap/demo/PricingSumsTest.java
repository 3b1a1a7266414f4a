// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PricingSumsTest {
    @Test
    void keepsAllSixDecimalsOfCharges() {
        PricingSums sums = new PricingSums();
        for (int i = 0; i < 1_000; i++) {
            sums.add(1, 1, 1, 1);
        }

        // 0.01 * 0.99 * 1.01 = 0.009999
        assertThat(sums.chargeExact()).isEqualTo(new BigDecimal("9.999000"));
    }

    @Test
    void carriesChargesBeyondSixtyThreeBits() {
        PricingSums sums = new PricingSums();
        long cents = 1L << 47;
        for (int i = 0; i < 8; i++) {
            sums.add(1, cents, 0, 0);
        }

        BigDecimal exact = new BigDecimal(cents).movePointLeft(2).multiply(BigDecimal.valueOf(8));
        assertThat(sums.chargeExact()).isEqualByComparingTo(exact);
        assertThat(sums.chargeExact().unscaledValue().bitLength()).isGreaterThan(62);
    }

    @Test
    void roundsHalvesUpAsThePublishedAnswersAre() {
        PricingSums sums = new PricingSums();
        sums.add(1, 1, 0, 0);
        sums.add(2, 2, 1, 0);

        PricingRow row = sums.toRow('A', 'F');

        assertThat(row.avgQty()).isEqualTo(new BigDecimal("1.50"));
        assertThat(row.avgPrice()).isEqualTo(new BigDecimal("0.02"));
        assertThat(row.avgDisc()).isEqualTo(new BigDecimal("0.01"));
    }
}
