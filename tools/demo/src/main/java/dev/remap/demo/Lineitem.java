// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;

/**
 * The table as the queries see it: a memory segment a column. They cannot tell a region from an array.
 *
 * @param columns a segment for each
 * @param rows how many values of each count
 */
record Lineitem(Map<Column, MemorySegment> columns, long rows) {
    /** Rows that a query works through between two reports of progress. */
    static final long STRIDE = 1 << 16;

    Lineitem {
        columns = Map.copyOf(columns);
    }

    MemorySegment column(Column column) {
        return Objects.requireNonNull(columns.get(column));
    }

    /** Bytes that a query over some of the columns reads. */
    long bytes(int columnCount) {
        return rows * columnCount * JAVA_LONG.byteSize();
    }

    /** The end of the stride that starts at a row. */
    long strideEnd(long row) {
        return Math.min(rows, row + STRIDE);
    }
}
