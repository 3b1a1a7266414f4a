// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.function.LongConsumer;

/**
 * TPC-H Q6 over memory segments: what would have been earned in 1994 without discounts of 5 to 7 % on quantities below 24. Exact,
 * in units of 1/10,000; fits into 63 bits up to a scale factor of 100,000.
 */
final class RevenueForecast {
    static final int COLUMNS_READ = 4;
    static final long FIRST_SHIP_DATE = LocalDate.of(1994, 1, 1).toEpochDay();
    static final long END_SHIP_DATE = LocalDate.of(1995, 1, 1).toEpochDay();

    private RevenueForecast() {}

    /** Runs the query; progress is told the rows done so far. */
    static BigDecimal run(Lineitem table, LongConsumer progress) {
        long revenueE4 = 0;
        for (long row = 0; row < table.rows(); row = table.strideEnd(row)) {
            revenueE4 += sum(table, row, table.strideEnd(row));
            progress.accept(table.strideEnd(row));
        }
        return BigDecimal.valueOf(revenueE4, 4);
    }

    private static long sum(Lineitem table, long from, long to) {
        MemorySegment quantity = table.column(Column.QUANTITY);
        MemorySegment price = table.column(Column.EXTENDED_PRICE);
        MemorySegment discount = table.column(Column.DISCOUNT);
        MemorySegment shipDate = table.column(Column.SHIP_DATE);
        long revenueE4 = 0;
        for (long i = from; i < to; i++) {
            long shipped = shipDate.getAtIndex(JAVA_LONG, i);
            long percent = discount.getAtIndex(JAVA_LONG, i);
            if (qualifies(shipped, percent, quantity.getAtIndex(JAVA_LONG, i))) {
                revenueE4 += price.getAtIndex(JAVA_LONG, i) * percent;
            }
        }
        return revenueE4;
    }

    /** The condition of Q6. */
    static boolean qualifies(long shipDate, long discountPercent, long quantity) {
        return shipDate >= FIRST_SHIP_DATE
                && shipDate < END_SHIP_DATE
                && discountPercent >= 5
                && discountPercent <= 7
                && quantity < 24;
    }
}
