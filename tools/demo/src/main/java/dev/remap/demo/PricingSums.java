// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * The sums of one group of Q1, exact: integers in the unit of their last digit.
 *
 * <p>The longest is {@code extendedprice * (1 - discount) * (1 + tax)} in millionths, at most 1.2e11 a row: it is carried into a
 * {@link BigInteger} before it can overflow. The others fit into 63 bits up to a scale factor of 1,000.
 */
final class PricingSums {
    private static final long CARRY_AT = 1L << 62;

    private long count;
    private long quantity;
    private long priceCents;
    private long discountPercent;
    private long discPriceE4;
    private long chargeE6;
    private BigInteger carriedE6 = BigInteger.ZERO;

    void add(long rowQuantity, long rowPriceCents, long rowDiscountPercent, long rowTaxPercent) {
        count++;
        quantity += rowQuantity;
        priceCents += rowPriceCents;
        discountPercent += rowDiscountPercent;
        long rowDiscPriceE4 = rowPriceCents * (100 - rowDiscountPercent);
        discPriceE4 += rowDiscPriceE4;
        chargeE6 += rowDiscPriceE4 * (100 + rowTaxPercent);
        if (chargeE6 >= CARRY_AT) {
            carriedE6 = carriedE6.add(BigInteger.valueOf(chargeE6));
            chargeE6 = 0;
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    PricingRow toRow(char flag, char status) {
        return new PricingRow(
                flag,
                status,
                BigDecimal.valueOf(quantity),
                BigDecimal.valueOf(priceCents, 2),
                BigDecimal.valueOf(discPriceE4, 4).setScale(2, RoundingMode.HALF_UP),
                chargeExact().setScale(2, RoundingMode.HALF_UP),
                average(quantity, 0),
                average(priceCents, 2),
                average(discountPercent, 2),
                count);
    }

    /** The sum of charges with all its six decimals. */
    BigDecimal chargeExact() {
        return new BigDecimal(carriedE6.add(BigInteger.valueOf(chargeE6)), 6);
    }

    private BigDecimal average(long sum, int decimals) {
        return BigDecimal.valueOf(sum, decimals).divide(BigDecimal.valueOf(count), 2, RoundingMode.HALF_UP);
    }
}
