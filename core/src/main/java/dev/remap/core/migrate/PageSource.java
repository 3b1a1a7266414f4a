// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.linux.Mmap;
import dev.remap.wire.PageWord;
import java.lang.foreign.ValueLayout;

/**
 * Reads whole pages that are not in DRAM, and leaves them where they are. The word is locked during the fetch only: whoever wants to act on
 * the bytes afterwards does so by a compare-and-set of the word that {@link #word} answers. Confined to one thread.
 */
public final class PageSource {
    /** The word has changed: look again. */
    public static final int CHANGED = -1;

    /** The bytes cannot be had. */
    public static final int UNREADABLE = -2;

    private static final long PAGE = PagedRegion.PAGE_SIZE;

    private final Mm mm;
    private final Fetchers fetchers = new Fetchers();
    private final FetchWatch watch;
    private final long[] pages = new long[1];
    private final long[] locked = new long[1];
    private long word;

    /** For one thread. */
    public PageSource(Mm mm, FailureAction failureAction) {
        this.mm = mm;
        watch = failureAction.newWatch();
    }

    /**
     * Copies a page, whose word still is {@code absent}, to an address.
     *
     * @return 0, or one of the constants
     */
    public int read(PagedRegion region, long page, long absent, long target) {
        int tier = PageWord.tier(absent);
        word = absent;
        if (PageWord.isFill(tier) || region.isEmpty(tier)) {
            long value = PageWord.isFill(tier) ? PageWord.fillValue(absent) : 0;
            for (long at = 0; at < PAGE; at += Long.BYTES) {
                Mmap.segment(target + at, Long.BYTES).set(ValueLayout.JAVA_LONG, 0, value);
            }
            return 0;
        }
        PageTable table = region.table();
        locked[0] = table.lock(page, absent);
        if (locked[0] == PageTable.NOT_TAKEN) {
            return CHANGED;
        }
        pages[0] = page;
        long result = UNREADABLE;
        boolean inTime = true;
        if (region.isServed(page)) {
            watch.begin(region, pages, locked, 1);
            result = fetchers.of(region, tier).fetch(page, PageWord.location(absent), target);
            inTime = watch.end();
        }
        if (inTime) {
            table.unlockAbsent(page, locked[0]);
            word = table.get(page);
        } else {
            table.unlockFailed(page, locked[0]);
        }
        mm.wake(region.address(page), PAGE);
        return inTime && result >= 0 ? 0 : UNREADABLE;
    }

    /** The word of the page that was read last, as it was then. */
    public long word() {
        return word;
    }
}
