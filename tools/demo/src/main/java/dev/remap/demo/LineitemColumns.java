// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/** The table while it is being stored: a memory segment a column. */
final class LineitemColumns {
    private final Map<Column, MemorySegment> segments;
    private final long rowCapacity;
    private long rows;

    LineitemColumns(Map<Column, MemorySegment> segments, long rowCapacity) {
        this.segments = new EnumMap<>(segments);
        this.rowCapacity = rowCapacity;
    }

    /** In memory of the kernel's. */
    static LineitemColumns in(Arena arena, Sizing sizing) {
        Map<Column, MemorySegment> segments = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            segments.put(column, arena.allocate(sizing.columnBytes(), Sizing.PAGE_BYTES));
        }
        return new LineitemColumns(segments, sizing.rowCapacity());
    }

    /** Stores a block behind the rows stored so far, by plain writes. */
    void append(RowBlock block) {
        if (rows + block.rows() > rowCapacity) {
            throw new IllegalStateException("more rows than the " + rowCapacity + " that there is room for");
        }
        long offset = rows * JAVA_LONG.byteSize();
        segments.forEach((column, target) ->
                MemorySegment.copy(block.values(column), 0, target, JAVA_LONG, offset, block.rows()));
        rows += block.rows();
    }

    /** The table as stored so far. */
    Lineitem table() {
        return new Lineitem(segments, rows);
    }
}
