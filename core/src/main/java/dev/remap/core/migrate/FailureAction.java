// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.linux.Errno;
import dev.remap.wire.ErrorCode;

/**
 * What happens when a page cannot be served: it is recorded, then the region's failure policy is applied. Thread-safe; may allocate
 * and log, since pages seldom fail.
 */
public final class FailureAction {
    private static final System.Logger LOG = System.getLogger(FailureAction.class.getName());

    private final Runnable abortApplication;

    /** {@code abortApplication} ends the application with SIGABRT. */
    public FailureAction(Runnable abortApplication) {
        this.abortApplication = abortApplication;
    }

    /** Fails a page whose word the calling thread has locked. The failure can be seen before the page can be touched. */
    public void fail(PagedRegion region, long page, long locked, ErrorCode cause, String detail, Mm mm) {
        region.recordFailure(page, locked, cause, detail);
        LOG.log(
                System.Logger.Level.ERROR,
                "region {0}, offset {1}: {2} [{3}]; policy {4}",
                region.config().name(),
                Long.toString(page * PagedRegion.PAGE_SIZE),
                detail,
                cause,
                region.config().failurePolicy());
        apply(region, page, locked, mm);
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

    private static void poisonUnlessStalled(PagedRegion region, long page, Mm mm) {
        if (region.config().failurePolicy() == FailurePolicy.POISON) {
            poison(region, page, mm);
        }
    }

    private void endTouch(PagedRegion region, long page, Mm mm) {
        FailurePolicy policy = region.config().failurePolicy();
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
