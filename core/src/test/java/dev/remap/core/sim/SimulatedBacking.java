// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.core.page.Backing;
import dev.remap.linux.Errno;

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
    public long write(long page, long offset, long length, long sourceAddress) {
        return kernel.accessCache(firstPage + (int) page, offset, length, sourceAddress, true);
    }

    @Override
    public long readPart(long page, long offset, long length, long targetAddress) {
        return kernel.accessCache(firstPage + (int) page, offset, length, targetAddress, false);
    }

    @Override
    public long punch(long page, long pages) {
        return kernel.punch(firstPage + (int) page, (int) pages);
    }

    @Override
    public long nextPresent(long page) {
        return next(page, true);
    }

    @Override
    public long nextAbsent(long page) {
        return next(page, false);
    }

    private long next(long page, boolean present) {
        for (long at = page; at < kernel.pages(); at++) {
            if (kernel.isCached(at) == present) {
                return at;
            }
        }
        return present ? -Errno.ENXIO : kernel.pages();
    }

    @Override
    public void close() {
        // memory of the heap
    }
}
