// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.PagedRegion;

/** Unmaps by the application's agent thread: where the kernel does not permit it from outside, or where there is swap. */
public final class AgentUnmapper implements Unmapper {
    private static final int BATCH = 256;

    private final Zapper zapper;
    private final long[] starts = new long[BATCH];
    private final long[] lengths = new long[BATCH];
    private int count;

    /** By way of {@code zapper}. */
    public AgentUnmapper(Zapper zapper) {
        this.zapper = zapper;
    }

    @Override
    public void add(PagedRegion region, long page) {
        long start = region.address(page);
        if (count > 0 && starts[count - 1] + lengths[count - 1] == start) {
            lengths[count - 1] += PagedRegion.PAGE_SIZE;
            return;
        }
        if (count == BATCH) {
            flush();
        }
        starts[count] = start;
        lengths[count] = PagedRegion.PAGE_SIZE;
        count++;
    }

    @Override
    public void flush() {
        if (count > 0) {
            zapper.zap(starts, lengths, count);
            count = 0;
        }
    }
}
