// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;

/** One page's way from a device's frame back to a frame of its region. The region is in use. */
final class Return {
    private static final int MOVED = 1;
    private static final int GONE_ALREADY = 2;

    private final HmmTools tools;
    private final PagedRegion region;
    private final long page;
    private final long pfn;
    private MigrateReason reason = MigrateReason.BUSY;

    Return(HmmTools tools, PagedRegion region, long page, long pfn) {
        this.tools = tools;
        this.region = region;
        this.page = page;
        this.pfn = pfn;
    }

    /** Tries until the page has left the frame, cannot leave it, or time is up; true if it is in DRAM since. Begins nothing after that. */
    boolean run(Backoff backoff) {
        if (backoff.isOver()) {
            reason = MigrateReason.DEADLINE; // a driver may take long for each page
            return false;
        }
        while (true) {
            int result = attempt(region.table().get(page));
            if (result > 0) {
                backoff.progressed();
                reason = MigrateReason.MIGRATED;
                return result == MOVED;
            }
            if (reason == MigrateReason.FAILED_PAGE) {
                return false;
            }
            if (!backoff.pause()) {
                reason = reason == MigrateReason.BUSY ? MigrateReason.DEADLINE : reason;
                return false;
            }
        }
    }

    /** What became of it. */
    MigrateReason reason() {
        return reason;
    }

    private int attempt(long word) {
        int state = PageWord.state(word);
        reason = MigrateReason.BUSY;
        if (state == PageWord.LOCKED || state == PageWord.PUNCHING) {
            return 0;
        }
        if (PageWord.tier(word) != PageWord.TIER_DEVICE || PageWord.location(word) != pfn) {
            return GONE_ALREADY;
        }
        if (state == PageWord.ABSENT) {
            int done = tools.promoter().promote(region, page, 1, 1, false);
            if (done == Promoter.NO_ROOM) {
                reason = MigrateReason.NO_MEMORY;
                tools.pressure().missing();
            } else if (done == Promoter.FAILED) {
                reason = MigrateReason.FAILED_PAGE;
            }
            tools.pressure().taken();
            return done > 0 ? MOVED : 0;
        }
        if (state == PageWord.FAILED) {
            reason = MigrateReason.FAILED_PAGE;
            return 0;
        }
        return state == PageWord.PRESENT ? takeBack(word) : 0;
    }

    /** A lent page: it is where it is, and in the budget from now on. */
    private int takeBack(long word) {
        if (!tools.budget().tryChargeResident(1)) {
            reason = MigrateReason.NO_MEMORY;
            tools.pressure().missing();
            return 0;
        }
        long locked = region.table().lock(page, word);
        if (locked == PageTable.NOT_TAKEN) {
            tools.budget().unchargeResident(1);
            return 0;
        }
        region.mirrors().invalidate(Event.MIGRATE, page, 1, null); // devices know it by the frame, which is free then
        region.table().unlockPresent(page, locked);
        region.releaseCopy(locked, tools.events());
        region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, 1);
        tools.events().admit(region.pageId(page));
        tools.mm().wake(region.address(page), PagedRegion.PAGE_SIZE);
        return MOVED;
    }
}
