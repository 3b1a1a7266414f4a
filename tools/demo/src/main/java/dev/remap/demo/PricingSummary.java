// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * TPC-H Q1 over memory segments: sums by return flag and line status of all rows shipped by 1998-09-02. Reads every column, with
 * plain loads.
 */
final class PricingSummary {
    static final int COLUMNS_READ = 7;
    static final long LAST_SHIP_DATE = LocalDate.of(1998, 9, 2).toEpochDay();

    /** Two letters, five bits each: a group's index is within the array whatever bytes are read. */
    private static final int GROUPS = 1 << 10;

    private final PricingSums[] groups = new PricingSums[GROUPS];

    private PricingSummary() {
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = new PricingSums();
        }
    }

    /** Runs the query; progress is told the rows done so far. */
    static List<PricingRow> run(Lineitem table, LongConsumer progress) {
        PricingSummary query = new PricingSummary();
        for (long row = 0; row < table.rows(); row = table.strideEnd(row)) {
            query.add(table, row, table.strideEnd(row));
            progress.accept(table.strideEnd(row));
        }
        return query.answer();
    }

    private void add(Lineitem table, long from, long to) {
        MemorySegment quantity = table.column(Column.QUANTITY);
        MemorySegment price = table.column(Column.EXTENDED_PRICE);
        MemorySegment discount = table.column(Column.DISCOUNT);
        MemorySegment tax = table.column(Column.TAX);
        MemorySegment flag = table.column(Column.RETURN_FLAG);
        MemorySegment status = table.column(Column.LINE_STATUS);
        MemorySegment shipDate = table.column(Column.SHIP_DATE);
        for (long i = from; i < to; i++) {
            if (shipDate.getAtIndex(JAVA_LONG, i) <= LAST_SHIP_DATE) {
                groups[group(flag.getAtIndex(JAVA_LONG, i), status.getAtIndex(JAVA_LONG, i))].add(
                        quantity.getAtIndex(JAVA_LONG, i),
                        price.getAtIndex(JAVA_LONG, i),
                        discount.getAtIndex(JAVA_LONG, i),
                        tax.getAtIndex(JAVA_LONG, i));
            }
        }
    }

    private static int group(long flag, long status) {
        return (int) (((flag & 31) << 5) | (status & 31));
    }

    private List<PricingRow> answer() {
        List<PricingRow> rows = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            if (!groups[group].isEmpty()) {
                rows.add(groups[group].toRow((char) ('@' + (group >> 5)), (char) ('@' + (group & 31))));
            }
        }
        return rows;
    }
}
