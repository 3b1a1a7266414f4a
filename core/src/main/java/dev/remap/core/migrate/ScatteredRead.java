// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.PageBatch;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Parts of pages to be copied without migrating the pages. Those that are stored are fetched into a buffer with one call a tier, their
 * words locked from before the fetch until after it: a location can then be neither freed nor moved, and a touch waits. Confined to one
 * thread; allocates nothing.
 */
final class ScatteredRead {
    static final int CAPACITY = 128;
    /** A page could not be fetched. */
    static final int FAILED = -1;
    /** {@link #failure}: the page had failed before. */
    static final long PAGE_FAILED = Long.MIN_VALUE;

    /** {@link #failure}: the page's file was closed meanwhile. */
    static final long NO_FILE = Long.MIN_VALUE + 1;

    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int NO_TIER = -1;

    private final FetchWatch watch;
    private final Fetchers fetchers = new Fetchers();
    private final MemorySegment buffer = Arena.global().allocate(CAPACITY * PAGE, PAGE);
    private final PageBatch batch = new PageBatch(CAPACITY);
    private final long[] pages = new long[CAPACITY];
    private final long[] from = new long[CAPACITY];
    private final long[] lengths = new long[CAPACITY];
    private final long[] targets = new long[CAPACITY];
    /** The words this thread has locked, and which entries they belong to. */
    private final long[] locked = new long[CAPACITY];

    private final long[] fetchingPages = new long[CAPACITY];
    private final int[] fetching = new int[CAPACITY];
    private final int[] waiting = new int[CAPACITY];
    private int fetchCount;
    private int fetchTier;
    private int count;
    private long failedPage;
    private long failure;

    ScatteredRead(FetchWatch watch) {
        this.watch = watch;
        Mmap.madvise(buffer.address(), buffer.byteSize(), Mmap.MADV_DONTFORK);
    }

    void clear() {
        count = 0;
        failure = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return count == CAPACITY;
    }

    /** Adds {@code length} bytes at {@code offset} within a page, to be copied to an address. */
    void add(long page, long offset, long length, long target) {
        pages[count] = page;
        from[count] = offset;
        lengths[count] = length;
        targets[count] = target;
        count++;
    }

    long failedPage() {
        return failedPage;
    }

    /** The fetch's error, or {@link #PAGE_FAILED}. */
    long failure() {
        return failure;
    }

    /**
     * Reads what can be read now.
     *
     * @return how many entries are left, since their pages are in other hands or in another tier than those fetched now, or
     *     {@link #FAILED}
     */
    int read(PagedRegion region, Mm mm) {
        fetchCount = 0;
        fetchTier = NO_TIER;
        int left = 0;
        for (int i = 0; i < count; i++) {
            long word = region.table().get(pages[i]);
            if (PageWord.state(word) == PageWord.FAILED) {
                fail(pages[i], PAGE_FAILED);
            } else if (!lock(region, mm, i, word) && !copyAtOnce(region, i, word)) {
                waiting[left++] = i;
            }
        }
        if (fetchCount > 0) {
            fetch(region, mm);
        }
        for (int k = 0; k < left; k++) {
            move(waiting[k], k);
        }
        count = left;
        return failure != 0 ? FAILED : left;
    }

    /** Takes a stored page for the fetch. Not twice: its other parts are read in the next round. */
    private boolean lock(PagedRegion region, Mm mm, int i, long word) {
        int tier = PageWord.tier(word);
        if (!isStored(region, word) || (fetchTier != NO_TIER && tier != fetchTier)) {
            return false;
        }
        long lockedWord = region.table().lock(pages[i], word);
        if (lockedWord == PageTable.NOT_TAKEN) {
            return false;
        }
        if (!region.isServed(pages[i])) {
            region.table().unlockAbsent(pages[i], lockedWord);
            mm.wake(region.address(pages[i]), PAGE);
            fail(pages[i], NO_FILE);
            return false;
        }
        fetchTier = tier;
        locked[fetchCount] = lockedWord;
        fetching[fetchCount++] = i;
        return true;
    }

    private static boolean isStored(PagedRegion region, long word) {
        int tier = PageWord.tier(word);
        return PageWord.state(word) == PageWord.ABSENT && !PageWord.isFill(tier) && !region.isEmpty(tier);
    }

    private boolean copyAtOnce(PagedRegion region, int i, long word) {
        if (PageWord.isResident(word)) {
            if (region.backing().read(pages[i], 1, buffer.address()) < 0
                    || region.table().get(pages[i]) != word) {
                return false;
            }
            copyPart(i, buffer.address());
            return true;
        }
        if (PageWord.state(word) != PageWord.ABSENT || isStored(region, word)) {
            return false;
        }
        long value = PageWord.isFill(PageWord.tier(word)) ? PageWord.fillValue(word) : 0;
        for (long at = 0; at < PAGE; at += Long.BYTES) {
            buffer.set(ValueLayout.JAVA_LONG, at, value);
        }
        copyPart(i, buffer.address());
        return true;
    }

    private void fetch(PagedRegion region, Mm mm) {
        batch.clear();
        for (int k = 0; k < fetchCount; k++) {
            fetchingPages[k] = pages[fetching[k]];
            batch.add(fetchingPages[k], PageWord.location(locked[k]), buffer.address() + k * PAGE);
        }
        watch.begin(region, fetchingPages, locked, fetchCount);
        fetchers.of(region, fetchTier).fetchAll(batch);
        boolean inTime = watch.end();
        for (int k = 0; k < fetchCount; k++) {
            int i = fetching[k];
            if (inTime) {
                region.table().unlockAbsent(pages[i], locked[k]);
            } else {
                region.table().unlockFailed(pages[i], locked[k]);
            }
            mm.wake(region.address(pages[i]), PAGE);
            if (!inTime) {
                fail(pages[i], PAGE_FAILED);
            } else if (batch.result(k) < 0) {
                fail(pages[i], batch.result(k));
            } else {
                copyPart(i, batch.address(k));
            }
        }
        region.counters().add(CountersLayout.REGION_BYTES_IN, fetchCount * PAGE);
    }

    private void fail(long page, long result) {
        failedPage = page;
        failure = result;
    }

    private void move(int entry, int to) {
        pages[to] = pages[entry];
        from[to] = from[entry];
        lengths[to] = lengths[entry];
        targets[to] = targets[entry];
    }

    private void copyPart(int i, long page) {
        MemorySegment.copy(Mmap.segment(page, PAGE), from[i], Mmap.segment(targets[i], lengths[i]), 0, lengths[i]);
    }
}
