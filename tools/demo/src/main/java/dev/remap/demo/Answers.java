// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;

/**
 * Answers to the two queries.
 *
 * @param pricing Q1, by return flag and line status
 * @param revenue Q6
 */
record Answers(List<PricingRow> pricing, BigDecimal revenue) {
    Answers {
        pricing = List.copyOf(pricing);
    }

    /** The answers that the TPC-H specification gives for scale factor 1. */
    static Answers published() {
        return new Answers(
                List.of(
                        row(
                                'A',
                                'F',
                                "37734107 56586554400.73 53758257134.87 55909065222.83 25.52 38273.13 0.05",
                                1478493),
                        row('N', 'F', "991417 1487504710.38 1413082168.05 1469649223.19 25.52 38284.47 0.05", 38854),
                        row(
                                'N',
                                'O',
                                "74476040 111701729697.74 106118230307.61 110367043872.50 25.50 38249.12 0.05",
                                2920374),
                        row(
                                'R',
                                'F',
                                "37719753 56568041380.90 53741292684.60 55889619119.83 25.51 38250.85 0.05",
                                1478870)),
                new BigDecimal("123141078.2283"));
    }

    private static PricingRow row(char flag, char status, String sums, long count) {
        List<BigDecimal> d = Stream.of(sums.split(" ", -1)).map(BigDecimal::new).toList();
        return new PricingRow(
                flag, status, d.get(0), d.get(1), d.get(2), d.get(3), d.get(4), d.get(5), d.get(6), count);
    }
}
