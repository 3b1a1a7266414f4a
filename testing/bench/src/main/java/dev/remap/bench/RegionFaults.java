// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Advice;
import dev.remap.FaultKind;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/** Remap's side: first touches of pages in a state that leads to one kind of fault. */
final class RegionFaults implements AutoCloseable {
    private static final long PAGE = ReferencePages.PAGE;
    private static final long MANY_TIMES = 8;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final Remap remap;
    private final int pages;
    private final ReferencePages contents;
    private final long[] ns;
    private long wanted;
    private long touches;

    /** Has a manager of its own, on the CPUs of the calling thread. */
    RegionFaults(int pages, ReferencePages contents, boolean holdCpuLatency) throws RemapException {
        this.pages = pages;
        this.contents = contents;
        ns = new long[pages];
        remap = Remap.open(RemapConfig.defaults()
                .dramBytes(Math.max(64 << 20, MANY_TIMES * pages * PAGE))
                .holdCpuLatency(holdCpuLatency));
    }

    /** Touches each page of a new region once, in an order that depends on the seed. */
    TouchTimes measure(FaultKind kind, long seed) throws RemapException {
        int[] order = Shuffle.order(pages, seed);
        try (Region region = remap.create("bench", RegionSpec.ofSize((pages + 1) * PAGE))) {
            prepare(region, kind, order);
            region.advise(0, region.size(), Advice.RANDOM);
            long before = count(region, kind);
            if (kind == FaultKind.WRITE_PROTECT) {
                write(region.segment(), order);
            } else {
                check(kind, read(region.segment(), order));
            }
            wanted += Math.min(pages, count(region, kind) - before);
            touches += pages;
        }
        return TouchTimes.of(ns);
    }

    /** The share of touches since the last call that were faults of the kind asked for. */
    double takeShareOfKind() {
        double share = touches == 0 ? 1 : (double) wanted / touches;
        wanted = 0;
        touches = 0;
        return share;
    }

    private void check(FaultKind kind, long sum) {
        long expected = switch (kind) {
            case ZERO_FILL, WRITE_PROTECT -> 0;
            case SAME_FILLED -> pages * (pages + 1L) / 2;
            case FETCH, MINOR -> contents.sumOfFirstLongs();
        };
        if (sum != expected) {
            throw new IllegalStateException(kind + ": touches read bytes that were never written");
        }
    }

    private static long count(Region region, FaultKind kind) {
        return region.stats().faults().getOrDefault(kind, 0L);
    }

    private void prepare(Region region, FaultKind kind, int[] order) throws RemapException {
        switch (kind) {
            case ZERO_FILL -> {}
            case SAME_FILLED -> {
                fillEachPageWithOneValue(region.segment());
                region.pageOut(0, region.size());
            }
            case FETCH -> {
                contents.copyTo(region.segment());
                region.pageOut(0, region.size());
            }
            case MINOR -> {
                contents.copyTo(region.segment());
                region.advise(0, pages * PAGE, Advice.COLD);
                awaitAdvice(region);
            }
            case WRITE_PROTECT -> {
                region.advise(0, region.size(), Advice.RANDOM);
                check(kind, read(region.segment(), order));
            }
        }
    }

    /** A hint does not wait, a command does, and the manager does both in order: demotes the last page, which has nothing. */
    private void awaitAdvice(Region region) throws RemapException {
        region.pageOut(pages * PAGE, PAGE);
    }

    private void fillEachPageWithOneValue(MemorySegment memory) {
        for (long at = 0; at < pages * PAGE; at += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, at, at / PAGE + 1);
        }
    }

    /** Volatile, so that the access stays between the two looks at the clock; used, so that it stays at all. */
    private long read(MemorySegment memory, int[] order) {
        long sum = 0;
        for (int i = 0; i < order.length; i++) {
            long at = order[i] * PAGE;
            long start = System.nanoTime();
            sum += (long) LONG.getVolatile(memory, at);
            ns[i] = System.nanoTime() - start;
        }
        return sum;
    }

    private void write(MemorySegment memory, int[] order) {
        for (int i = 0; i < order.length; i++) {
            long at = order[i] * PAGE;
            long start = System.nanoTime();
            LONG.setVolatile(memory, at, (long) i);
            ns[i] = System.nanoTime() - start;
        }
    }

    @Override
    public void close() {
        remap.close();
    }
}
