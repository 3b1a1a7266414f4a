// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntConsumer;

/**
 * Migration up: brings absent pages into a region's memory and maps them.
 *
 * <p>A run of pages, neighbours or a constant step apart, goes through five steps. (1) Each word is locked, from the first page on, until
 * one is not absent: {@link #lockRun}.
 * (2) The run is charged to the budget: {@link #charge}. (3) Contents are fetched into a buffer and checked: {@link #fetchRun}. (4)
 * {@code UFFDIO_COPY} puts them in the memfd and maps them: {@link #copyRun}. (5) The words are unlocked as present or clean:
 * {@link #commit}. Whatever fails, the words go back to what they were, and nothing is lost: the copy below is freed only after step 5.
 *
 * <p>Confined to one thread. Allocates nothing unless a page fails.
 */
public final class Promoter {
    /** The most pages one call brings in. */
    public static final int MAX_RUN = 64;

    /** No memory in the budget, or in the application's cgroup. */
    public static final int NO_ROOM = -1;

    /** The first page's word has changed: look again. */
    public static final int CHANGED = -2;

    /** The first page could not be had; it is recorded as failed. */
    public static final int FAILED = -3;

    /** The application's mapping is gone. */
    public static final int GONE = -4;

    /** No file is open where the first page is: it was closed meanwhile. */
    public static final int NO_FILE = -5;

    private static final int EXPIRED = -6;
    private static final long PAGE = PagedRegion.PAGE_SIZE;
    private static final int KEEP_SHARE = 4;
    private static final int KIND_EMPTY = 0;
    private static final int KIND_COPY = 1;
    private static final int KIND_DEVICE = 2;
    private static final MemorySegment ZEROS = Arena.global().allocate(MAX_RUN * PAGE, PAGE);

    private final Mm mm;
    private final DramBudget budget;
    private final PageEvents events;
    private final FailureAction failureAction;
    private final Fetchers fetchers = new Fetchers();
    private final FetchWatch watch;
    private final boolean servesFaults;
    private IntConsumer beforeSlowFetch = pages -> {};
    private final MemorySegment buffer;
    private final PageBatch batch = new PageBatch(MAX_RUN);
    private final long[] locked = new long[MAX_RUN];
    private final long[] pages = new long[MAX_RUN];
    private boolean together;
    /** Others may have read faults on the locked pages, and have left them to this thread: it wakes them when it has unlocked. */
    private boolean wakesLate;

    private long fetchedBytes;
    private boolean retrying;

    /**
     * A promoter for one thread.
     *
     * @param servesFaults whether that thread has the turn to read the application's faults: no other reads one meanwhile, unless the
     *     pages come from a slow tier. Else it must wake the range when it has unlocked it, since whoever reads a fault on a locked page
     *     leaves it to the owner
     */
    public Promoter(Mm mm, DramBudget budget, PageEvents events, FailureAction failureAction, boolean servesFaults) {
        this.mm = mm;
        this.budget = budget;
        this.events = events;
        this.failureAction = failureAction;
        this.servesFaults = servesFaults;
        watch = failureAction.newWatch();
        buffer = Arena.global().allocate(MAX_RUN * PAGE, PAGE);
        Mmap.madvise(buffer.address(), buffer.byteSize(), Mmap.MADV_DONTFORK);
    }

    /** Sets what is done, with the number of pages, when they are locked and charged and the wait for a slow tier is about to begin. */
    public void beforeSlowFetch(IntConsumer action) {
        beforeSlowFetch = action;
    }

    /**
     * Brings in the absent pages {@code firstPage}, {@code firstPage + pageStep} and so on, up to {@code wanted}; stops early at a page
     * that is not absent or of another kind, or outside the region.
     *
     * @param pageStep pages from one to the next, not 0
     * @param write whether they are about to be written: they are mapped writable then, and their copies below are given up
     * @return how many pages, or one of the negative constants
     */
    public int promote(PagedRegion region, long firstPage, int wanted, int pageStep, boolean write) {
        together = pageStep == 1;
        return bringIn(region, lockRun(region, firstPage, Math.min(wanted, MAX_RUN), pageStep), write);
    }

    /**
     * Brings in those of {@code count} pages, in any order, that are absent and stored. Best effort: what is in other hands is left out.
     *
     * @return how many, or one of the negative constants
     */
    public int promoteAll(PagedRegion region, long[] wanted, int count) {
        together = false;
        int taken = 0;
        for (int i = 0; i < count && taken < MAX_RUN; i++) {
            long word = region.table().get(wanted[i]);
            if (PageWord.state(word) == PageWord.ABSENT && kind(region, PageWord.tier(word)) == KIND_COPY) {
                long lockedWord = region.table().lock(wanted[i], word);
                if (lockedWord != PageTable.NOT_TAKEN) {
                    pages[taken] = wanted[i];
                    locked[taken++] = lockedWord;
                }
            }
        }
        return bringIn(region, taken, false);
    }

    private int bringIn(PagedRegion region, int count, boolean write) {
        wakesLate = !servesFaults || mm.isShared();
        if (count == 0) {
            return CHANGED;
        }
        int served = served(region, count);
        if (served == 0) {
            return refuseUnserved(region, count);
        }
        int charged = charge(served);
        unlock(region, charged, count);
        wakeWaiting(region, charged == 0 && servesFaults ? 1 : charged, count);
        if (charged == 0) {
            return NO_ROOM;
        }
        if (servesFaults && isSlow(region, charged)) {
            wakesLate = true;
            beforeSlowFetch.accept(charged);
        }
        return bringInCharged(region, charged, write);
    }

    private boolean isSlow(PagedRegion region, int count) {
        for (int i = 0; i < count; i++) {
            if (region.isSlow(PageWord.tier(locked[i]))) {
                return true;
            }
        }
        return false;
    }

    /** How many of the pages, from the first on, have their file. Asked when they are locked, so that it stays so: a close waits. */
    private int served(PagedRegion region, int count) {
        for (int i = 0; i < count; i++) {
            if (!region.isServed(pages[i])) {
                return i;
            }
        }
        return count;
    }

    /** A command came too late; a touch was one of memory that belongs to nobody, and has to end. */
    private int refuseUnserved(PagedRegion region, int count) {
        if (!servesFaults) {
            release(region, 0, count);
            return NO_FILE;
        }
        failureAction.touchedOutsideFiles(region, pages[0], locked[0], mm);
        release(region, 1, count);
        return FAILED;
    }

    /** The same for one page that had failed, and whose word this thread has locked. It stays failed unless it could be brought in. */
    public int retry(PagedRegion region, long page, long lockedWord) {
        pages[0] = page;
        together = true;
        locked[0] = lockedWord;
        retrying = true;
        wakesLate = !servesFaults || mm.isShared();
        try {
            int refusal = region.isServed(page) ? NO_ROOM : NO_FILE;
            if (refusal == NO_FILE || charge(1) == 0) {
                release(region, 0, 1);
                return refusal;
            }
            return bringInCharged(region, 1, false);
        } finally {
            retrying = false;
        }
    }

    private int bringInCharged(PagedRegion region, int count, boolean write) {
        fetchedBytes = 0;
        int fetched = fetchRun(region, count);
        if (fetched == EXPIRED) {
            giveUp(region, count);
            return FAILED;
        }
        if (fetched == 0) {
            budget.unchargeResident(count);
            release(region, 1, count);
            return FAILED;
        }
        boolean keep = !write && keepsCopies(region, fetched);
        long copied = copyRun(region, fetched, keep);
        int done = (int) Math.max(0, copied / PAGE);
        if (retrying && done > 0) {
            mm.replacePoison(region.address(pages[0]), PAGE, keep);
        }
        commit(region, done, keep);
        budget.unchargeResident(count - done);
        if (copied == -Errno.EEXIST) {
            failureAction.fail(
                    region, pages[0], locked[0], ErrorCode.IO, "the kernel keeps another page in its place", mm);
            release(region, 1, count);
            return FAILED;
        }
        int result = done > 0 ? done : refusal(copied);
        unlock(region, done, count);
        // The touch of the first page waits for memory, which would otherwise be asked for again and again.
        wakeWaiting(region, result == NO_ROOM && servesFaults ? 1 : done, count);
        return result;
    }

    /** The fetch is back too late: who watches it has failed its pages. */
    private void giveUp(PagedRegion region, int count) {
        budget.unchargeResident(count);
        for (int i = 0; i < count; i++) {
            region.table().unlockFailed(pages[i], locked[i]);
        }
        wakeWaiting(region, 0, count);
    }

    private static int refusal(long result) {
        if (result == -Errno.ENOMEM) {
            return NO_ROOM;
        }
        return result == -Errno.ENOENT || result == -Errno.ESRCH ? GONE : CHANGED;
    }

    private int lockRun(PagedRegion region, long first, int wanted, int step) {
        BackingFiles files = region.files();
        long low = files == null ? 0 : files.firstPage(first);
        long high = files == null ? region.pages() : Math.max(first + 1, files.endPage(first));
        int kind = kind(region, PageWord.tier(region.table().get(first)));
        for (int i = 0; i < wanted; i++) {
            long page = first + (long) i * step;
            if (page < low || page >= high || !lock(region, page, i, kind)) {
                return i;
            }
        }
        return wanted;
    }

    /** Runs are of one kind: zeros, copies in tiers, which may stay there, or pages of devices, which may not. */
    private static int kind(PagedRegion region, int tier) {
        if (region.isEmpty(tier)) {
            return KIND_EMPTY;
        }
        return tier == PageWord.TIER_DEVICE ? KIND_DEVICE : KIND_COPY;
    }

    /** Takes a page, if it is absent and of the kind that the others are. */
    private boolean lock(PagedRegion region, long page, int i, int kind) {
        long word = region.table().get(page);
        if (PageWord.state(word) != PageWord.ABSENT || kind(region, PageWord.tier(word)) != kind) {
            return false;
        }
        pages[i] = page;
        locked[i] = region.table().lock(page, word);
        return locked[i] != PageTable.NOT_TAKEN;
    }

    private int charge(int count) {
        if (budget.tryChargeResident(count)) {
            return count;
        }
        return count > 1 && budget.tryChargeResident(1) ? 1 : 0;
    }

    /** Gives back the pages from {@code from} to below {@code to} of the run as they were. */
    private void release(PagedRegion region, int from, int to) {
        unlock(region, from, to);
        wakeWaiting(region, from, to);
    }

    private void unlock(PagedRegion region, int from, int to) {
        for (int i = from; i < to; i++) {
            if (retrying) {
                region.table().unlockFailed(pages[i], locked[i]);
            } else {
                region.table().unlockAbsent(pages[i], locked[i]);
            }
        }
    }

    /** Wakes who left its fault to this thread while it had the pages locked. */
    private void wakeWaiting(PagedRegion region, int from, int to) {
        if (!wakesLate || to <= from) {
            return;
        }
        if (together) {
            mm.wake(region.address(pages[from]), (to - from) * PAGE);
            return;
        }
        for (int i = from; i < to; i++) {
            mm.wake(region.address(pages[i]), PAGE);
        }
    }

    /** Answers how many pages were fetched before one could not be, or {@link #EXPIRED}. */
    private int fetchRun(PagedRegion region, int count) {
        if (region.isEmpty(PageWord.tier(locked[0]))) {
            return count;
        }
        for (int i = 0; i < count; ) {
            int tier = PageWord.tier(locked[i]);
            if (PageWord.isFill(tier)) {
                fill(i);
                i++;
                continue;
            }
            int end = i + 1;
            while (end < count && PageWord.tier(locked[end]) == tier) {
                end++;
            }
            watch.begin(region, pages, locked, count);
            fetch(region, tier, i, end);
            if (!watch.end()) {
                return EXPIRED;
            }
            int fetched = fetched(region, i, end);
            if (fetched < end) {
                return fetched;
            }
            i = end;
        }
        return count;
    }

    private void fill(int i) {
        long value = PageWord.fillValue(locked[i]);
        for (long at = i * PAGE; at < (i + 1) * PAGE; at += Long.BYTES) {
            buffer.set(ValueLayout.JAVA_LONG, at, value);
        }
    }

    /** Fetches pages of one tier with one call. */
    private void fetch(PagedRegion region, int tier, int from, int to) {
        batch.clear();
        for (int i = from; i < to; i++) {
            batch.add(pages[i], PageWord.location(locked[i]), buffer.address() + i * PAGE);
        }
        fetchers.of(region, tier).fetchAll(batch);
        fetchedBytes += (to - from) * PAGE;
    }

    /** The first page that could not be fetched, or {@code to}. */
    private int fetched(PagedRegion region, int from, int to) {
        for (int i = from; i < to; i++) {
            long result = batch.result(i - from);
            if (result < 0) {
                if (i == 0) {
                    fail(region, result);
                }
                return i;
            }
        }
        return to;
    }

    private void fail(PagedRegion region, long result) {
        ErrorCode cause = ErrorCode.IO;
        if (result == Tier.CORRUPT) {
            cause = ErrorCode.CORRUPT;
        } else if (result == Tier.STALE) {
            cause = ErrorCode.STALE;
        }
        String what = describe(result) + " (" + PageWord.describe(locked[0]) + ")";
        failureAction.fail(region, pages[0], locked[0], cause, what, mm);
    }

    /** What a fetch's error means, for people. */
    static String describe(long result) {
        if (result == Tier.CORRUPT) {
            return "the stored bytes are not what was stored";
        }
        return result == Tier.STALE
                ? "the file was changed, truncated or replaced by somebody else"
                : "the tier answered with an error";
    }

    /**
     * Whether pages that are only read keep their copies below, so that they can leave again without being written. Runs do: they are
     * likely to leave untouched. Single pages do unless the copies are themselves DRAM and scarce, since a page then takes room twice.
     */
    private boolean keepsCopies(PagedRegion region, int count) {
        int tier = PageWord.tier(locked[0]);
        if (tier == PageWord.TIER_DEVICE) {
            return false;
        }
        return count > 1
                || !PageWord.isStored(tier)
                || !region.tiers().get(tier - PageWord.TIER_FIRST).usesDram()
                || budget.tierPages() * KEEP_SHARE < budget.limit();
    }

    /** The bytes copied, or -errno if not even the first page was. */
    private long copyRun(PagedRegion region, int count, boolean keep) {
        MemorySegment source = region.isEmpty(PageWord.tier(locked[0])) ? ZEROS : buffer;
        int length = together ? count : 1;
        long done = copy(region, 0, length, source, keep);
        while (done == (long) length * PAGE && length < count) {
            long copied = copy(region, length, 1, source, keep);
            if (copied < PAGE) {
                break;
            }
            length++;
            done += PAGE;
        }
        return done;
    }

    private long copy(PagedRegion region, int from, int count, MemorySegment source, boolean keep) {
        long target = region.address(pages[from]);
        long address = source.address() + from * PAGE;
        long done = mm.copy(target, address, count * PAGE, keep, !wakesLate);
        if (done == -Errno.EEXIST) {
            region.backing().punch(pages[from], 1);
            done = mm.copy(target, address, PAGE, keep, !wakesLate);
        }
        return done;
    }

    private void commit(PagedRegion region, int count, boolean keep) {
        for (int i = 0; i < count; i++) {
            long page = pages[i];
            region.addResident(page, 1);
            if (keep) {
                region.table().unlockClean(page, locked[i]);
            } else {
                region.table().unlockPresent(page, locked[i]);
                region.releaseCopy(locked[i], events);
            }
            events.admit(region.pageId(page));
        }
        if (count > 0) {
            region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, count);
            countBytes(region);
            wakeWaiting(region, 0, count);
        }
    }

    private void countBytes(PagedRegion region) {
        if (fetchedBytes > 0) {
            region.counters().add(CountersLayout.REGION_BYTES_IN, fetchedBytes);
            fetchedBytes = 0;
        }
    }
}
