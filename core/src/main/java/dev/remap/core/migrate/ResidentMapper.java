// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;

/**
 * Maps pages that are in DRAM already: what a minor or write-protect fault needs, and a pin. Each page is locked while its mapping
 * changes (see {@link PageTable}). Confined to one thread; allocates nothing.
 */
public final class ResidentMapper {
    /** The word has changed: look again. */
    public static final int CHANGED = -2;

    /** The application's mapping is gone. */
    public static final int GONE = -4;

    /** The page is not in DRAM although its word said so, and there is no copy below; it is recorded as failed. */
    public static final int FAILED = -3;

    private static final long PAGE = PagedRegion.PAGE_SIZE;

    private final Mm mm;
    private final DramBudget budget;
    private final PageEvents events;
    private final FailureAction failureAction;
    private final long[] locked = new long[Promoter.MAX_RUN];

    /** A mapper for one thread. */
    public ResidentMapper(Mm mm, DramBudget budget, PageEvents events, FailureAction failureAction) {
        this.mm = mm;
        this.budget = budget;
        this.events = events;
        this.failureAction = failureAction;
    }

    /**
     * Maps one page whose word is {@code word}, in state PRESENT, CLEAN or DEMOTING, and wakes.
     *
     * @param write whether it must be writable; a clean page's copy below is given up then
     * @param isMapped whether it was mapped, write-protected, when the fault happened: the usual answer is tried first then
     * @return 1, or one of the negative constants
     */
    public int map(PagedRegion region, long page, long word, boolean write, boolean isMapped) {
        PageTable table = region.table();
        long lockedWord = table.lock(page, word);
        if (lockedWord == PageTable.NOT_TAKEN) {
            return CHANGED;
        }
        boolean stayClean = PageWord.state(word) == PageWord.CLEAN && !write;
        long address = region.address(page);
        long result = isMapped && !stayClean ? mm.unprotect(address, PAGE) : install(address, stayClean);
        if (result < 0) {
            return giveBack(region, page, lockedWord, word, result);
        }
        if (stayClean) {
            table.unlockClean(page, lockedWord);
        } else if (PageWord.state(word) == PageWord.CLEAN) {
            table.unlockPresent(page, lockedWord);
            region.releaseCopy(lockedWord, events);
        } else {
            table.unlockResident(page, lockedWord);
        }
        wakeOthers(address, PAGE);
        return 1;
    }

    /**
     * Maps a run of dirty pages with one call, as fault-around does; stops at a page that is in another state.
     *
     * @return pages mapped; 0 if the first is not in state PRESENT or is mapped already
     */
    public int mapRun(PagedRegion region, long first, int wanted) {
        PageTable table = region.table();
        int limit = (int) Math.min(Math.min(wanted, Promoter.MAX_RUN), region.pages() - first);
        int count = 0;
        while (count < limit) {
            long word = table.get(first + count);
            if (PageWord.state(word) != PageWord.PRESENT || PageWord.isLent(word)) {
                break;
            }
            locked[count] = table.lock(first + count, word);
            if (locked[count] == PageTable.NOT_TAKEN) {
                break;
            }
            count++;
        }
        long done = count == 0 ? 0 : mm.map(region.address(first), count * PAGE, false);
        for (int i = 0; i < count; i++) {
            table.unlockPresent(first + i, locked[i]);
        }
        if (count > 0) {
            wakeOthers(region.address(first), count * PAGE);
        }
        return (int) Math.max(0, done / PAGE);
    }

    /** Other mappers' touches of a page were left to who has it locked. */
    private void wakeOthers(long address, long length) {
        if (mm.isShared()) {
            mm.wake(address, length);
        }
    }

    private long install(long address, boolean protect) {
        long result = mm.map(address, PAGE, protect);
        if (result != -Errno.EEXIST) {
            return result;
        }
        return protect ? mm.wake(address, PAGE) : mm.unprotect(address, PAGE);
    }

    private int giveBack(PagedRegion region, long page, long lockedWord, long word, long result) {
        PageTable table = region.table();
        boolean hole = result == -Errno.EFAULT;
        if (hole) {
            region.addResident(page, -1);
        }
        if (hole && PageWord.tier(word) != PageWord.TIER_DEVICE) {
            region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -1);
            budget.unchargeResident(1);
        }
        if (hole && PageWord.state(word) == PageWord.CLEAN) {
            table.unlockAbsent(page, lockedWord);
            wakeOthers(region.address(page), PAGE);
            return CHANGED;
        }
        if (hole) {
            failureAction.fail(
                    region, page, lockedWord, ErrorCode.IO, "the page is no longer in the region's memory", mm);
            return FAILED;
        }
        if (PageWord.state(word) == PageWord.CLEAN) {
            table.unlockClean(page, lockedWord);
        } else {
            table.unlockResident(page, lockedWord);
        }
        wakeOthers(region.address(page), PAGE);
        return result == -Errno.ENOENT || result == -Errno.ESRCH ? GONE : CHANGED;
    }
}
