// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import dev.remap.wire.SlowTouchRing;
import org.jspecify.annotations.Nullable;

/**
 * Touches that wait for memory. Each is woken, to touch again, when memory is available; if it comes back it goes on waiting, and once it
 * has waited for its region's {@code maxStall} its page is failed with NO_MEMORY. Holds {@value #CAPACITY} pages: more are woken at once,
 * and come again. Confined to the reclaim agent.
 */
final class StarvedFaults {
    static final int CAPACITY = DeferredFaults.CAPACITY;

    /** A touch that was woken and has not come back after this long was served. */
    private static final long SERVED_AFTER_NS = 100_000_000;

    private static final long NOT_WOKEN = Long.MIN_VALUE;

    private final DeferredFaults deferred;
    private final RegionTable regions;
    private final Mm mm;
    private final FailureAction failureAction;
    private final long[] pageIds = new long[CAPACITY];
    private final long[] sinceNs = new long[CAPACITY];
    private final long[] wokenNs = new long[CAPACITY];
    private int count;
    private boolean cameBack;

    StarvedFaults(DeferredFaults deferred, RegionTable regions, Mm mm, FailureAction failureAction) {
        this.deferred = deferred;
        this.regions = regions;
        this.mm = mm;
        this.failureAction = failureAction;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether, since the last call, a touch that was woken has found no memory again: then the budget is not what it lacks. */
    boolean takeCameBack() {
        boolean result = cameBack;
        cameBack = false;
        return result;
    }

    /** Takes in what fault threads have handed over. */
    void collect(long nowNs) {
        for (long pageId = deferred.poll(); pageId >= 0; pageId = deferred.poll()) {
            add(pageId, nowNs);
        }
    }

    /** Fails those whose time is up, and wakes as many of the others as there is memory for. */
    void serve(long availablePages, long nowNs) {
        long wakes = availablePages;
        for (int i = count - 1; i >= 0; i--) {
            PagedRegion region = regions.get(PageId.region(pageIds[i]));
            long page = PageId.page(pageIds[i]);
            if (region == null || isServed(region, page, i, nowNs)) {
                countStall(region, page, i, wokenNs[i] == NOT_WOKEN ? nowNs : wokenNs[i]);
                wakeAndRemove(region, page, i);
            } else if (wokenNs[i] == NOT_WOKEN
                    && nowNs - sinceNs[i] > region.config().maxStallNs()) {
                fail(region, page);
                countStall(region, page, i, nowNs);
                wakeAndRemove(region, page, i);
            } else if (wokenNs[i] == NOT_WOKEN && wakes > 0) {
                wakes--;
                wokenNs[i] = nowNs;
                mm.wake(region.address(page), PagedRegion.PAGE_SIZE);
            }
        }
    }

    /** Until it was woken: what it waits for afterwards is another fault's. */
    private void countStall(@Nullable PagedRegion region, long page, int i, long endNs) {
        if (region != null) {
            long offset = page * PagedRegion.PAGE_SIZE;
            int tier = PageWord.tier(region.table().get(page));
            region.counters().stalled(endNs - sinceNs[i], offset, 0, SlowTouchRing.WAITED_FOR_MEMORY, tier);
        }
    }

    private boolean isServed(PagedRegion region, long page, int i, long nowNs) {
        return PageWord.state(region.table().get(page)) != PageWord.ABSENT
                || (wokenNs[i] != NOT_WOKEN && nowNs - wokenNs[i] > SERVED_AFTER_NS);
    }

    private void add(long pageId, long nowNs) {
        for (int i = 0; i < count; i++) {
            if (pageIds[i] == pageId) {
                cameBack |= wokenNs[i] != NOT_WOKEN;
                wokenNs[i] = NOT_WOKEN;
                return;
            }
        }
        if (count < CAPACITY) {
            pageIds[count] = pageId;
            sinceNs[count] = nowNs;
            wokenNs[count] = NOT_WOKEN;
            count++;
        } else {
            wake(regions.get(PageId.region(pageId)), PageId.page(pageId));
        }
    }

    private void wakeAndRemove(@Nullable PagedRegion region, long page, int i) {
        wake(region, page);
        count--;
        pageIds[i] = pageIds[count];
        sinceNs[i] = sinceNs[count];
        wokenNs[i] = wokenNs[count];
    }

    private void wake(@Nullable PagedRegion region, long page) {
        if (region != null) {
            mm.wake(region.address(page), PagedRegion.PAGE_SIZE);
        }
    }

    private void fail(PagedRegion region, long page) {
        long word = region.table().get(page);
        long locked = PageWord.state(word) == PageWord.ABSENT ? region.table().lock(page, word) : PageTable.NOT_TAKEN;
        if (locked != PageTable.NOT_TAKEN) {
            failureAction.fail(
                    region,
                    page,
                    locked,
                    ErrorCode.NO_MEMORY,
                    "no DRAM became free within " + region.config().maxStallNs() / 1_000_000 + " ms: the tiers below"
                            + " take nothing more",
                    mm);
        }
    }
}
