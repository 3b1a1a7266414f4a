// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.core.page.PagedRegion;
import dev.remap.wire.CountersLayout;
import org.jspecify.annotations.Nullable;

/** The patterns of each region's faults, whichever thread answers them. Confined to the thread that has the turn. */
public final class FaultStreams {
    private final @Nullable OfRegion[] byRegion = new OfRegion[CountersLayout.MAX_REGIONS];

    /** Of one region: the faults on pages that are not in DRAM, and those on pages that are only not mapped. */
    record OfRegion(PagedRegion region, ReadAhead missing, ReadAhead minor) {}

    /** Of no region yet. */
    public FaultStreams() {}

    /** A region's. Allocates when it meets one for the first time. */
    OfRegion of(PagedRegion region) {
        OfRegion of = byRegion[region.id()];
        if (of == null || of.region != region) {
            of = new OfRegion(region, new ReadAhead(), new ReadAhead());
            byRegion[region.id()] = of;
        }
        return of;
    }
}
