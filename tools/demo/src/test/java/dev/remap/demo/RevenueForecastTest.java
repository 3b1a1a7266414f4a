// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static dev.remap.demo.Samples.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RevenueForecastTest {
    /** By hand: 1,000.00 at 5 % and 20.05 at 7 % are 50.00 and 1.4035. */
    @Test
    void addsWhatDiscountsTook() {
        Lineitem table =
                Samples.table(row(10, 100_000, 5, 8, "AF", "1994-01-01"), row(23, 2_005, 7, 1, "RF", "1994-12-31"));

        assertThat(RevenueForecast.run(table, row -> {})).isEqualTo(new BigDecimal("51.4035"));
    }

    @ParameterizedTest
    @CsvSource({
        "1994-01-01, 5, 23, true",
        "1994-12-31, 7, 1, true",
        "1993-12-31, 6, 1, false",
        "1995-01-01, 6, 1, false",
        "1994-06-01, 4, 1, false",
        "1994-06-01, 8, 1, false",
        "1994-06-01, 6, 24, false"
    })
    void takesOnlyRowsWithinAllThreeConditions(String shipDate, long discount, long quantity, boolean taken) {
        Lineitem table = Samples.table(row(quantity, 100, discount, 0, "AF", shipDate));

        assertThat(RevenueForecast.run(table, row -> {}).signum() == 1).isEqualTo(taken);
    }
}
