// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.math.BigDecimal;

/**
 * One line of the answer to Q1, the pricing summary report: money with two digits, averages rounded to two.
 *
 * @param flag l_returnflag
 * @param status l_linestatus
 */
record PricingRow(
        char flag,
        char status,
        BigDecimal sumQty,
        BigDecimal sumBasePrice,
        BigDecimal sumDiscPrice,
        BigDecimal sumCharge,
        BigDecimal avgQty,
        BigDecimal avgPrice,
        BigDecimal avgDisc,
        long count) {}
