// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.Mmap;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One file on the heap that covers a whole region, or so many of its first pages; of zeros at first. */
public final class SimulatedFiles implements BackingFiles {
    private final byte[][] pages;
    private long refuseWith;
    private long fetchError;
    private long storeDelayNs;
    private int stores;
    private int syncs;
    private volatile boolean detaching;
    private @Nullable Runnable beforeStore;

    public SimulatedFiles(int pages) {
        this.pages = new byte[pages][SimulatedKernel.PAGE];
    }

    /** The first long of a page of the file. */
    public synchronized long value(long page) {
        return MemorySegment.ofArray(pages[(int) page]).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    /** A page of the file. */
    public synchronized byte[] page(long page) {
        return pages[(int) page].clone();
    }

    /** Answers stores with an error; 0 ends that. */
    public synchronized void refuseWith(long error) {
        refuseWith = error;
    }

    /** Answers fetches with an error; 0 ends that. */
    public synchronized void failFetches(long error) {
        fetchError = error;
    }

    public void storeDelayNs(long ns) {
        storeDelayNs = ns;
    }

    /** Runs something once, before the next store. */
    public void beforeStore(Runnable hook) {
        beforeStore = hook;
    }

    public synchronized int stores() {
        return stores;
    }

    public synchronized int syncs() {
        return syncs;
    }

    @Override
    public void attach(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void adopt(long firstPage, long fileOffset, long bytes, int fd, Mode mode, boolean direct, boolean changed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long firstPage(long page) {
        return page < pages.length && !detaching ? 0 : page;
    }

    @Override
    public long endPage(long page) {
        return page < pages.length && !detaching ? pages.length : page;
    }

    @Override
    public void startDetaching(long firstPage) {
        detaching = true;
    }

    @Override
    public void detach(long firstPage) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Tier.Fetcher newFetcher() {
        return (page, _, target) -> fetch(page, target);
    }

    private synchronized long fetch(long page, long target) {
        if (fetchError < 0) {
            return fetchError;
        }
        Mmap.segment(target, SimulatedKernel.PAGE).copyFrom(MemorySegment.ofArray(pages[(int) page]));
        return 0;
    }

    @Override
    public void storeAll(PageBatch batch) {
        Runnable hook = beforeStore;
        if (hook != null) {
            beforeStore = null;
            hook.run();
        }
        if (storeDelayNs > 0) {
            LockSupport.parkNanos(storeDelayNs);
        }
        synchronized (this) {
            for (int i = 0; i < batch.size(); i++) {
                batch.result(i, refuseWith);
                if (refuseWith == 0) {
                    stores++;
                    MemorySegment.ofArray(pages[(int) batch.page(i)])
                            .copyFrom(Mmap.segment(batch.address(i), SimulatedKernel.PAGE));
                }
            }
        }
    }

    @Override
    public synchronized long sync(long page) {
        syncs++;
        return 0;
    }

    @Override
    public boolean isStale(long page) {
        return false;
    }

    @Override
    public void close() {}
}
