// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Remap's side: threads that read a region larger than its budget, 8 bytes here and there. */
final class RegionReaders implements AutoCloseable {
    private static final long PAGE = ReferencePages.PAGE;
    private static final double NS_A_SECOND = 1e9;

    private final Remap remap;
    private final Region region;
    private volatile boolean stop;

    /** A region of reference pages. */
    RegionReaders(long regionBytes, long budgetBytes) throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(budgetBytes));
        region = remap.create("bench", RegionSpec.ofSize(regionBytes));
        ReferencePages.fill(region.segment());
        region.advise(0, regionBytes, Advice.RANDOM);
    }

    long residentBytes() {
        return region.stats().residentBytes();
    }

    long dramUsedBytes() {
        return remap.stats().dramUsedBytes();
    }

    /** Accesses a second of all threads together, after a warm-up. */
    double rate(int threads, int warmUpMs, int measureMs) throws InterruptedException {
        stop = false;
        var accesses = new LongAdder();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            long seed = 777 + 31L * i;
            readers.add(Thread.ofPlatform().daemon().start(() -> read(seed, accesses)));
        }
        Thread.sleep(warmUpMs);
        long start = System.nanoTime();
        long before = accesses.sum();
        Thread.sleep(measureMs);
        double rate = (accesses.sum() - before) * NS_A_SECOND / (System.nanoTime() - start);
        stop = true;
        for (Thread reader : readers) {
            reader.join();
        }
        return rate;
    }

    private void read(long seed, LongAdder accesses) {
        MemorySegment memory = region.segment();
        long pages = region.size() / PAGE;
        long s = seed;
        long sum = 0;
        while (!stop) {
            s = Shuffle.next(s);
            sum += memory.get(ValueLayout.JAVA_LONG, Long.remainderUnsigned(s, pages) * PAGE);
            accesses.increment();
        }
        if (sum == 0) {
            throw new IllegalStateException("the region reads as zeros");
        }
    }

    @Override
    public void close() {
        remap.close();
    }
}
