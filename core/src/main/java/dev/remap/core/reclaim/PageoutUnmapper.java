// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.PagedRegion;
import dev.remap.linux.IovecBatch;
import dev.remap.linux.Mmap;
import dev.remap.linux.ProcFs;
import dev.remap.linux.ProcessMadvise;

/**
 * Unmaps from outside, by {@code process_madvise(MADV_PAGEOUT)}: without swap the kernel unmaps shared-memory pages and then finds nowhere
 * to write them, so they stay in the memfd. Needs CAP_SYS_NICE and ptrace access to the application, and no swap.
 */
public final class PageoutUnmapper implements Unmapper {
    private static final int BATCH = 256;

    private final int pidfd;
    private final IovecBatch batch = new IovecBatch(BATCH);

    /** For the process behind {@code pidfd}, which stays the caller's. */
    public PageoutUnmapper(int pidfd) {
        this.pidfd = pidfd;
    }

    /** Whether this works here: there is no swap to write to, and the kernel permits the call. */
    public static boolean isPossible(int pidfd) {
        return !ProcFs.swapPresent()
                && ProcessMadvise.call(pidfd, new IovecBatch(1).address(), 0, Mmap.MADV_PAGEOUT) >= 0;
    }

    @Override
    public void add(PagedRegion region, long page) {
        if (!batch.add(region.address(page), PagedRegion.PAGE_SIZE)) {
            flush();
            batch.add(region.address(page), PagedRegion.PAGE_SIZE);
        }
    }

    @Override
    public void flush() {
        if (batch.count() > 0) {
            ProcessMadvise.call(pidfd, batch.address(), batch.count(), Mmap.MADV_PAGEOUT);
            batch.clear();
        }
    }
}
