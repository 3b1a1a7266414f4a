// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.PagedRegion;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ranges of one load, divided into shares that agents take one after the other until none is left. Nobody has to wait for an agent
 * that helps: what it has not brought in yet, {@link RangeCommands#load} waits for page by page. Thread-safe.
 */
final class LoadShares {
    /** A third agent would only wait for the same disk. */
    private static final int MAX_HELPERS = 1;

    private final PagedRegion region;
    private final long[] offsets;
    private final long lengthEach;
    private final int rangesEach;
    private final AtomicInteger next = new AtomicInteger();

    LoadShares(PagedRegion region, long[] offsets, long lengthEach) {
        this.region = region;
        this.offsets = offsets;
        this.lengthEach = lengthEach;
        rangesEach = (int) Math.max(1, Promoter.MAX_RUN * PagedRegion.PAGE_SIZE / Math.max(1, lengthEach));
    }

    /** How many agents beside the first one there is work for. */
    int helpers() {
        return Math.min(MAX_HELPERS, (offsets.length - 1) / rangesEach);
    }

    /** Brings in share after share while there is memory, unless the region is being closed. */
    void takeAll(RangeCommands commands) {
        if (!region.tryUse()) {
            return;
        }
        try {
            boolean goesOn = true;
            for (int from = takeOne(); goesOn && from < offsets.length; from = takeOne()) {
                int to = Math.min(from + rangesEach, offsets.length);
                goesOn = commands.loadAhead(region, offsets, from, to, lengthEach);
            }
        } finally {
            region.endUse();
        }
    }

    /** The first range of a share; beyond the last range if there is none left. Few enough come late that it cannot overflow. */
    private int takeOne() {
        return next.getAndAdd(rangesEach);
    }
}
