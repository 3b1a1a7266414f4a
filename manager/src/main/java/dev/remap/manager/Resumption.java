// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.reclaim.ReclaimAgent;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The time between a takeover and the application's Resume. Pins are kept as the dead manager has left them, some of which may be nobody's
 * any more; then they are made anew from what the application says it has.
 */
final class Resumption {
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int LONGS_A_PIN = 3;

    private final RegionTable regions;
    private final DramBudget budget;
    private final Mm mm;
    private final LongSupplier takeovers;
    private final @Nullable PeerPins owner;
    private final List<long[]> pins = new ArrayList<>();

    /** A resumption; {@code mm} is the reclaim agent's to use, {@code takeovers} answers the number of this one. */
    Resumption(RegionTable regions, DramBudget budget, Mm mm, LongSupplier takeovers) {
        this(regions, budget, mm, takeovers, null);
    }

    /** The same of one application of several that share a region: {@code owner} gets its pins, and those of others stay. */
    Resumption(RegionTable regions, DramBudget budget, Mm mm, LongSupplier takeovers, @Nullable PeerPins owner) {
        this.owner = owner;
        this.regions = regions;
        this.budget = budget;
        this.mm = mm;
        this.takeovers = takeovers;
    }

    /** Takes a part of the answer; true once the pins are as the application says. Waits for the reclaim agent then. */
    boolean take(Request.Resume resume, ReclaimAgent reclaim) {
        if (resume.takeovers() != takeovers.getAsLong()) {
            return false; // meant for a manager that has died as well
        }
        pins.add(resume.pins());
        if (resume.last()) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            reclaim.execute(() -> done.complete(restorePins()));
            done.join();
        }
        return resume.last();
    }

    /** On the reclaim agent, so that nothing is evicted while a pin is not counted. */
    private boolean restorePins() {
        if (owner == null) {
            for (PagedRegion region : regions.all()) {
                region.clearPins();
            }
        }
        for (long[] each : pins) {
            for (int i = 0; i < each.length; i += LONGS_A_PIN) {
                PagedRegion region = regions.get((int) each[i]);
                if (region != null) {
                    restore(region, each[i + 1], each[i + 2]);
                }
            }
        }
        return true;
    }

    private void restore(PagedRegion region, long offset, long length) {
        long first = offset / PAGE;
        long end = Math.min(region.pages(), (offset + length + PAGE - 1) / PAGE);
        for (long page = first; page < end; page++) {
            if (region.pin(page)) {
                region.counters().add(CountersLayout.REGION_PINNED_PAGES, 1);
            }
        }
        budget.pinAdopted(end - first);
        if (owner != null) {
            owner.restored(region, first, end - first);
        }
        mm.unprotect(region.address(first), (end - first) * PAGE);
    }
}
