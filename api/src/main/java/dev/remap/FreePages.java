// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The free pages of a range, and their way back to the region. Pages that were used are free at once, and remembered as dirty until they
 * are used again or discarded. While a batch is discarded its pages are not free: else a discard could hit a new object.
 *
 * <p>Guarded by the lock it is given, which the caller holds, except for {@link #discard}.
 */
final class FreePages {
    /** Dirty pages that make a batch. */
    static final long BATCH_PAGES = 256;

    private static final long PAGE = SlabSizes.PAGE;

    private final Region region;
    private final long firstPage;
    private final long pages;
    private final ReentrantLock lock;
    private final Condition discarded;
    private final PageRuns free = new PageRuns();
    private final PageRuns dirty = new PageRuns();
    private boolean discarding;
    private long discardingPages;
    private long discardAt = BATCH_PAGES;

    FreePages(Region region, long firstPage, long pages, ReentrantLock lock) {
        this.region = region;
        this.firstPage = firstPage;
        this.pages = pages;
        this.lock = lock;
        discarded = lock.newCondition();
        if (pages > 0) {
            free.add(0, pages);
        }
    }

    /** The first of some neighbouring pages, or -1 if there are none. */
    long take(long count) {
        return taken(free.take(count), count);
    }

    /** The same, where the first page's number plus {@code bias} is to be a multiple of {@code alignment}. */
    long takeAligned(long count, long alignment, long bias) {
        return taken(free.takeAligned(count, alignment, bias), count);
    }

    private long taken(long first, long count) {
        if (first >= 0) {
            dirty.remove(first, count);
        }
        return first;
    }

    /** Frees pages that were used. */
    void giveBack(long first, long count) {
        free.add(first, count);
        dirty.add(first, count);
    }

    long usedPages() {
        return pages - free.pages() - discardingPages;
    }

    /** Pages of the longest run. */
    long longest() {
        return free.longest();
    }

    /** Waits for a running batch to return its pages; false if none is running. */
    boolean awaitDiscarded() {
        if (!discarding) {
            return false;
        }
        while (discarding) {
            discarded.awaitUninterruptibly();
        }
        return true;
    }

    /** What to {@link #discard} now: everything dirty if that makes a batch, else nothing. */
    List<PageRuns.Run> beginBatch() {
        return !discarding && dirty.pages() >= discardAt ? begin() : List.of();
    }

    /** What to {@link #discard} now: everything dirty. Waits for a batch that is running. */
    List<PageRuns.Run> beginAll() {
        while (discarding) {
            discarded.awaitUninterruptibly();
        }
        return begin();
    }

    private List<PageRuns.Run> begin() {
        List<PageRuns.Run> batch = dirty.takeAll();
        discarding = !batch.isEmpty();
        for (PageRuns.Run run : batch) {
            discardingPages += run.pages();
            free.remove(run.first(), run.pages());
        }
        return batch;
    }

    /** Carries out what has begun, without the lock. Answers the first failure; what failed is dirty again. */
    @Nullable
    RemapException discard(List<PageRuns.Run> batch) {
        List<PageRuns.Run> failed = new ArrayList<>(batch);
        @Nullable RemapException failure = null;
        try {
            for (PageRuns.Run run : batch) {
                try {
                    region.discard((firstPage + run.first()) * PAGE, run.pages() * PAGE);
                    failed.remove(run);
                } catch (RemapException e) {
                    failure = failure == null ? e : failure;
                }
            }
        } finally {
            if (!batch.isEmpty()) {
                end(batch, failed);
            }
        }
        return failure;
    }

    private void end(List<PageRuns.Run> batch, List<PageRuns.Run> failed) {
        lock.lock();
        try {
            batch.forEach(run -> free.add(run.first(), run.pages()));
            failed.forEach(run -> dirty.add(run.first(), run.pages()));
            discarding = false;
            discardingPages = 0;
            discardAt = (failed.isEmpty() ? 0 : dirty.pages()) + BATCH_PAGES;
            discarded.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
