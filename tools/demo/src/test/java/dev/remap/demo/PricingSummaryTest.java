// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static dev.remap.demo.Samples.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PricingSummaryTest {
    /**
     * By hand: 1,000.00 at 10 % off is 900.00, with 8 % tax 972.00; 20.05 at 5 % off is 19.0475, with 1 % tax 19.237975.
     */
    @Test
    void sumsByFlagAndStatus() {
        Lineitem table = Samples.table(
                row(10, 100_000, 10, 8, "AF", "1998-01-01"),
                row(3, 2_005, 5, 1, "AF", "1995-06-17"),
                row(7, 5_000, 0, 0, "NO", "1998-09-02"));

        assertThat(PricingSummary.run(table, row -> {}))
                .containsExactly(
                        expected('A', 'F', "13 1020.05 919.05 991.24 6.50 510.03 0.08", 2),
                        expected('N', 'O', "7 50.00 50.00 50.00 7.00 50.00 0.00", 1));
    }

    @Test
    void leavesOutWhatWasShippedAfterTheLastDay() {
        Lineitem table = Samples.table(row(1, 100, 0, 0, "NO", "1998-09-02"), row(1, 100, 0, 0, "NO", "1998-09-03"));

        assertThat(PricingSummary.run(table, row -> {}).getFirst().count()).isEqualTo(1);
    }

    @Test
    void ordersGroupsByFlagThenStatus() {
        Lineitem table = Samples.table(
                row(1, 1, 0, 0, "RF", "1994-01-01"),
                row(1, 1, 0, 0, "NO", "1994-01-01"),
                row(1, 1, 0, 0, "NF", "1994-01-01"),
                row(1, 1, 0, 0, "AF", "1994-01-01"));

        assertThat(PricingSummary.run(table, row -> {}))
                .extracting(group -> "" + group.flag() + group.status())
                .containsExactly("AF", "NF", "NO", "RF");
    }

    @Test
    void tellsProgressUpToTheLastRow() {
        List<Long> told = new ArrayList<>();
        long[][] rows = new long[(int) Lineitem.STRIDE + 1][];
        java.util.Arrays.setAll(rows, i -> row(1, 1, 0, 0, "AF", "1994-01-01"));

        PricingSummary.run(Samples.table(rows), told::add);

        assertThat(told).containsExactly(Lineitem.STRIDE, Lineitem.STRIDE + 1);
    }

    @Test
    void answersAnEmptyTableWithNoGroups() {
        assertThat(PricingSummary.run(Samples.table(), row -> {})).isEmpty();
    }

    private static PricingRow expected(char flag, char status, String sums, long count) {
        List<BigDecimal> d =
                List.of(sums.split(" ")).stream().map(BigDecimal::new).toList();
        return new PricingRow(
                flag, status, d.get(0), d.get(1), d.get(2), d.get(3), d.get(4), d.get(5), d.get(6), count);
    }
}
