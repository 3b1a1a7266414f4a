// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.linux.Errno;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What happens when a page cannot be served: it is recorded, then the region's failure policy is applied. Thread-safe; may allocate
 * and log, since pages seldom fail.
 */
public final class FailureAction {
    private static final System.Logger LOG = System.getLogger(FailureAction.class.getName());

    private static final long NS_PER_MS = 1_000_000;

    /** How the application is ended. */
    public interface Abort {
        /** Whether that is possible: it takes a signal, which another user's process may not be sent without CAP_KILL. */
        boolean isPermitted();

        /** Ends it with SIGABRT. */
        void run();
    }

    private final Abort abortApplication;
    private final List<FetchWatch> watches = new CopyOnWriteArrayList<>();

    /** What is done about failures of one application's pages. */
    public FailureAction(Abort abortApplication) {
        this.abortApplication = abortApplication;
    }

    /** Fails a page whose word the calling thread has locked. The failure can be seen before the page can be touched. */
    public void fail(PagedRegion region, long page, long locked, ErrorCode cause, String detail, Mm mm) {
        record(region, page, locked, cause, detail);
        apply(region, page, locked, mm);
    }

    private static void record(PagedRegion region, long page, long locked, ErrorCode cause, String detail) {
        region.recordFailure(page, locked, cause, detail);
        LOG.log(
                System.Logger.Level.ERROR,
                "region {0}, offset {1}: {2} [{3}]; policy {4}",
                region.config().name(),
                Long.toString(page * PagedRegion.PAGE_SIZE),
                detail,
                cause,
                region.config().failurePolicy());
    }

    /** A watch over the fetches of one thread more. */
    FetchWatch newWatch() {
        FetchWatch watch = new FetchWatch(this);
        watches.add(watch);
        return watch;
    }

    /** Fails the pages of fetches that have taken too long. For one thread, often. */
    public void expireFetches(Mm mm, long nowNs) {
        for (FetchWatch watch : watches) {
            watch.expire(mm, nowNs);
        }
    }

    /** As {@link #fail}, for a page that another thread has locked and is going to unlock as failed. */
    void expire(PagedRegion region, long page, long locked, Mm mm) {
        String detail = "the tier has not answered for " + region.config().maxStallNs() / NS_PER_MS + " ms ("
                + PageWord.describe(locked) + ")";
        record(region, page, locked, ErrorCode.DEADLINE, detail);
        poisonUnlessStalled(region, page, mm);
        endTouch(region, page, mm);
    }

    /** Applies the region's policy to a touch of a page that has failed before; false if the word has changed. */
    public boolean touched(PagedRegion region, long page, long failedWord, Mm mm) {
        long locked = region.table().lock(page, failedWord);
        if (locked == PageTable.NOT_TAKEN) {
            return false;
        }
        apply(region, page, locked, mm);
        return true;
    }

    /**
     * Applies the region's policy to a touch of an absent page where no file is open, and which the calling thread has locked. It is not
     * recorded: the page has not failed, and a file opened here later has it.
     */
    public void touchedOutsideFiles(PagedRegion region, long page, long locked, Mm mm) {
        LOG.log(
                System.Logger.Level.ERROR,
                "region {0}, offset {1}: touched, but no file is open there; policy {2}",
                region.config().name(),
                Long.toString(page * PagedRegion.PAGE_SIZE),
                region.config().failurePolicy());
        poisonUnlessStalled(region, page, mm);
        region.table().unlockAbsent(page, locked);
        endTouch(region, page, mm);
    }

    private void apply(PagedRegion region, long page, long locked, Mm mm) {
        poisonUnlessStalled(region, page, mm);
        region.table().unlockFailed(page, locked);
        endTouch(region, page, mm);
    }

    /** A touch that would only wait, since its process cannot be ended, ends in an error instead. */
    private FailurePolicy policy(PagedRegion region) {
        FailurePolicy policy = region.config().failurePolicy();
        return policy == FailurePolicy.ABORT_PROCESS && !abortApplication.isPermitted() ? FailurePolicy.POISON : policy;
    }

    private void poisonUnlessStalled(PagedRegion region, long page, Mm mm) {
        if (policy(region) == FailurePolicy.POISON) {
            poison(region, page, mm);
        }
    }

    private void endTouch(PagedRegion region, long page, Mm mm) {
        FailurePolicy policy = policy(region);
        if (policy == FailurePolicy.POISON) {
            mm.wake(region.address(page), PagedRegion.PAGE_SIZE);
        } else if (policy == FailurePolicy.ABORT_PROCESS) {
            abortApplication.run();
        }
    }

    /**
     * A page that was write-protected before it was punched has left a marker behind, which keeps the poison out. So does a page that the
     * kernel would not give up, and that is not what the word says: it must not be seen.
     */
    private static void poison(PagedRegion region, long page, Mm mm) {
        long address = region.address(page);
        long result = mm.poison(address, PagedRegion.PAGE_SIZE);
        if (result == -Errno.EEXIST) {
            mm.unprotect(address, PagedRegion.PAGE_SIZE);
            result = mm.poison(address, PagedRegion.PAGE_SIZE);
        }
        if (result == -Errno.EEXIST) {
            region.backing().punch(page, 1);
            mm.poison(address, PagedRegion.PAGE_SIZE);
        }
    }
}
