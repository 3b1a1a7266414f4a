// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import io.trino.tpch.LineItem;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** A few thousand generated rows by column, on their way from the generator to the regions. */
final class RowBlock {
    /** Rows a block: 64 KiB of each column, which are whole pages. */
    static final int CAPACITY = 8192;

    private final Map<Column, long[]> values = new EnumMap<>(Column.class);
    private int rows;

    RowBlock() {
        for (Column column : Column.values()) {
            values.put(column, new long[CAPACITY]);
        }
    }

    void add(LineItem row) {
        values.forEach((column, array) -> array[rows] = column.of(row));
        rows++;
    }

    boolean isFull() {
        return rows == CAPACITY;
    }

    int rows() {
        return rows;
    }

    /** The column's values; {@link #rows} of them count. */
    long[] values(Column column) {
        return Objects.requireNonNull(values.get(column));
    }
}
