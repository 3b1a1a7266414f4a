// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.core.page.Backing;

/** A region's memfd: pages of a {@link SimulatedKernel} from {@code firstPage} on. */
public final class SimulatedBacking implements Backing {
    private final SimulatedKernel kernel;
    private final int firstPage;

    public SimulatedBacking(SimulatedKernel kernel, int firstPage) {
        this.kernel = kernel;
        this.firstPage = firstPage;
    }

    @Override
    public long read(long page, long pages, long targetAddress) {
        return kernel.readCache(firstPage + (int) page, (int) pages, targetAddress);
    }

    @Override
    public long punch(long page, long pages) {
        return kernel.punch(firstPage + (int) page, (int) pages);
    }

    @Override
    public boolean has(long page) {
        return kernel.isCached(firstPage + (int) page);
    }

    @Override
    public void close() {
        // memory of the heap
    }
}
