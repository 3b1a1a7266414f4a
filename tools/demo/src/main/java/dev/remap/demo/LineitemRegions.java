// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.Advice;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The regions of the table, one a column. They end with their {@link Remap}. A store that finds no memory
 * fails sooner where no disk is waited for, so that a budget which is too small is found out.
 */
final class LineitemRegions {
    private static final Duration MAX_STALL_IN_DRAM = Duration.ofSeconds(5);
    private static final Duration MAX_STALL_ON_DISK = Duration.ofSeconds(15);

    private final Map<Column, Region> regions;
    private final LineitemColumns columns;

    private LineitemRegions(Map<Column, Region> regions, long rowCapacity) {
        this.regions = regions;
        Map<Column, MemorySegment> segments = new EnumMap<>(Column.class);
        regions.forEach((column, region) -> segments.put(column, region.segment()));
        columns = new LineitemColumns(segments, rowCapacity);
    }

    static LineitemRegions create(Remap remap, Sizing sizing) throws RemapException {
        Map<Column, Region> regions = new EnumMap<>(Column.class);
        for (Column column : Column.values()) {
            RegionSpec spec = RegionSpec.ofSize(sizing.columnBytes())
                    .tiers(sizing.tiers().toArray())
                    .maxStall(sizing.tiers().spills() ? MAX_STALL_ON_DISK : MAX_STALL_IN_DRAM);
            regions.put(column, remap.create(column.regionName(), spec));
        }
        return new LineitemRegions(regions, sizing.rowCapacity());
    }

    /** Stores a block behind the rows stored so far, by plain writes. */
    void append(RowBlock block) {
        columns.append(block);
    }

    /** The table as stored so far. */
    Lineitem table() {
        return columns.table();
    }

    List<Region> regions() {
        return List.copyOf(regions.values());
    }

    void advise(Advice advice) {
        regions.values().forEach(region -> region.advise(0, region.size(), advice));
    }

    /** Throws if anything read from the regions so far may be wrong. */
    void verify() throws RemapException {
        for (Region region : regions.values()) {
            region.verify(0, region.size());
        }
        Remap.check();
    }
}
