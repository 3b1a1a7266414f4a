// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
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
    /** How the names of the threads that read begin. */
    static final String THREADS = "bench-reader";

    private final Region region;
    private final LongAdder accesses = new LongAdder();
    private volatile boolean stop;

    /** Something to be done while threads read. */
    interface Look {
        void take() throws IOException;
    }

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

    long managerPid() {
        return remap.stats().managerPid();
    }

    RegionStats stats() {
        return region.stats();
    }

    /** Accesses that all threads have made, ever. */
    long accesses() {
        return accesses.sum();
    }

    /** Accesses a second of all threads together, after a warm-up. */
    double rate(int threads, int warmUpMs, int measureMs) throws IOException, InterruptedException {
        long[] ns = new long[2];
        long[] made = new long[2];
        measure(
                threads,
                warmUpMs,
                measureMs,
                () -> {
                    ns[0] = System.nanoTime();
                    made[0] = accesses();
                },
                () -> {
                    made[1] = accesses();
                    ns[1] = System.nanoTime();
                });
        return (made[1] - made[0]) * NS_A_SECOND / (ns[1] - ns[0]);
    }

    /** Has threads read, and takes a look after a warm-up and one at the end, while they still read. */
    void measure(int threads, int warmUpMs, int measureMs, Look begin, Look end)
            throws IOException, InterruptedException {
        stop = false;
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            long seed = 777 + 31L * i;
            readers.add(Thread.ofPlatform().daemon().name(THREADS + i).start(() -> read(seed)));
        }
        try {
            Thread.sleep(warmUpMs);
            begin.take();
            Thread.sleep(measureMs);
            end.take();
        } finally {
            stop = true;
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    private void read(long seed) {
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
