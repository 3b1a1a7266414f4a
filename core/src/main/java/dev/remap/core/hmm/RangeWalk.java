// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import static dev.remap.driver.mm.RangeFault.ERROR;
import static dev.remap.driver.mm.RangeFault.REQ_FAULT;
import static dev.remap.driver.mm.RangeFault.REQ_WRITE;
import static dev.remap.driver.mm.RangeFault.VALID;
import static dev.remap.driver.mm.RangeFault.WRITE;

import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.RangeFault;
import dev.remap.driver.mm.RangeFault.Result;
import dev.remap.wire.DeviceAccessCode;
import dev.remap.wire.PageWord;
import org.jspecify.annotations.Nullable;

/**
 * One {@link RangeFault}: looks at each page's word and, where that is asked for, makes the page accessible first.
 *
 * <table>
 *   <caption>What is answered</caption>
 *   <tr><th>page</th><th>not asked for</th><th>asked for</th></tr>
 *   <tr><td>no file there, or devices may not see it</td><td>ERROR</td><td>FAULT</td></tr>
 *   <tr><td>PRESENT, CLEAN</td><td>VALID, WRITE if devices may and it is dirty</td><td>made dirty for a write, if devices may</td></tr>
 *   <tr><td>in the caller's own device memory</td><td>VALID, WRITE if devices may</td><td>the same</td></tr>
 *   <tr><td>absent otherwise</td><td>0</td><td>brought to DRAM</td></tr>
 *   <tr><td>being moved</td><td>0</td><td>waited for; a demotion is aborted</td></tr>
 *   <tr><td>FAILED</td><td>ERROR</td><td>FAILED</td></tr>
 * </table>
 */
@SuppressWarnings("ReferenceEquality") // owners are told apart by identity
final class RangeWalk {
    private final HmmTools tools;
    private final PagedRegion region;
    private final RangeFault range;
    private final Backoff backoff;

    RangeWalk(HmmTools tools, PagedRegion region, RangeFault range) {
        this.tools = tools;
        this.region = region;
        this.range = range;
        backoff = new Backoff(range.timeoutNs);
    }

    Result run() {
        for (int i = 0; i < range.pfns.length; i++) {
            Result result = page(i, (range.pfns[i] & range.flagsMask) | range.defaultFlags);
            if (result != Result.DONE) {
                return result;
            }
        }
        return range.notifier.checkRetry(range.sequence) ? Result.BUSY : Result.DONE;
    }

    private Result page(int i, long asked) {
        long page = range.first + i;
        boolean fault = (asked & REQ_FAULT) != 0;
        boolean write = fault && (asked & REQ_WRITE) != 0;
        int access = region.deviceAccess().get(page);
        if (access == DeviceAccessCode.NONE || !region.isServed(page)) {
            return refuse(i, fault, Result.FAULT);
        }
        boolean mayWrite = access == DeviceAccessCode.READ_WRITE;
        if (write && !mayWrite) {
            return Result.PERMISSION;
        }
        while (true) {
            if (range.notifier.checkRetry(range.sequence) || region.isClosing()) {
                return Result.BUSY;
            }
            long word = region.table().get(page);
            if (PageWord.state(word) == PageWord.FAILED) {
                return refuse(i, fault, Result.FAILED);
            }
            long answer = look(page, word, write, mayWrite);
            if (answer != 0 || !fault) {
                range.pfns[i] = answer;
                return Result.DONE;
            }
            if (!bring(page, word, write) && !backoff.pause()) {
                return Result.BUSY;
            }
        }
    }

    private Result refuse(int i, boolean fault, Result result) {
        if (fault) {
            return result;
        }
        range.pfns[i] = ERROR;
        return Result.DONE;
    }

    /** What a page's word says to a device; 0 if there is nothing for it to use. */
    private long look(long page, long word, boolean write, boolean mayWrite) {
        long writable = mayWrite ? WRITE : 0;
        return switch (PageWord.state(word)) {
            case PageWord.PRESENT ->
                (PageWord.isLent(word)
                                ? PageWord.location(word)
                                : tools.memmap().pfn(region, page))
                        | VALID
                        | writable;
            case PageWord.CLEAN -> write ? 0 : tools.memmap().pfn(region, page) | VALID;
            case PageWord.ABSENT -> isOwn(word) ? PageWord.location(word) | VALID | writable : 0;
            default -> 0;
        };
    }

    private boolean isOwn(long word) {
        if (PageWord.tier(word) != PageWord.TIER_DEVICE || range.owner == null) {
            return false;
        }
        @Nullable RegisteredPagemap pagemap = tools.memmap().pagemap(PageWord.location(word));
        return pagemap != null
                && pagemap.description().type() == PagemapType.PRIVATE
                && pagemap.description().owner() == range.owner;
    }

    /** Makes a page accessible, as far as that can be done now; false if it is in other hands, or memory is short. */
    private boolean bring(long page, long word, boolean write) {
        return switch (PageWord.state(word)) {
            case PageWord.ABSENT -> promote(page, write);
            case PageWord.CLEAN -> makeDirty(page, word);
            case PageWord.DEMOTING -> takeBack(page, word, write);
            default -> false;
        };
    }

    private boolean promote(long page, boolean write) {
        int done = tools.promoter().promote(region, page, 1, 1, write);
        if (done == Promoter.NO_ROOM) {
            tools.pressure().missing();
        } else {
            tools.pressure().taken();
        }
        return done > 0;
    }

    private boolean takeBack(long page, long word, boolean write) {
        boolean mapped = tools.mapper().map(region, page, word, write, false) > 0;
        tools.mm().wake(region.address(page), PagedRegion.PAGE_SIZE);
        region.reference(page);
        return mapped;
    }

    /** The copy below is given up; the CPU's mapping stays write-protected, and is mended by its next write. */
    private boolean makeDirty(long page, long word) {
        long locked = region.table().lock(page, word);
        if (locked == PageTable.NOT_TAKEN) {
            return true;
        }
        region.table().unlockPresent(page, locked);
        region.releaseCopy(locked, tools.events());
        tools.mm().wake(region.address(page), PagedRegion.PAGE_SIZE);
        return true;
    }
}
