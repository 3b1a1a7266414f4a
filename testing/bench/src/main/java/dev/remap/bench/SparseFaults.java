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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** First touches of a few pages of a region that is otherwise empty, all over it. */
final class SparseFaults implements AutoCloseable {
    static final long SMALL = 1L << 30;

    private static final long PAGE = ReferencePages.PAGE;
    private static final long BUDGET = 64 << 20;
    private static final long SEED = 0x9E3779B97F4A7C15L;

    private final Remap remap;
    private final int pages;

    /** What the manager has to do about a touch. */
    enum Kind {
        ZERO_FILL("a page never written"),
        FETCH("a page in compressed DRAM");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    SparseFaults(int pages) throws RemapException {
        this.pages = pages;
        remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
    }

    /** In a new region of that size. */
    Map<Kind, TouchTimes> measure(long regionBytes, long seed) throws RemapException {
        long[] offsets = offsets(regionBytes, seed);
        Map<Kind, TouchTimes> times = new EnumMap<>(Kind.class);
        try (Region region = remap.create("bench", RegionSpec.ofSize(regionBytes))) {
            region.advise(0, regionBytes, Advice.RANDOM);
            times.put(Kind.ZERO_FILL, touch(region.segment(), offsets));
            for (int i = 0; i < pages; i++) {
                MemorySegment page = MemorySegment.ofArray(ReferencePages.bytes(i + 1L));
                MemorySegment.copy(page, 0, region.segment(), offsets[i], PAGE);
            }
            for (long offset : offsets) {
                region.pageOut(offset, PAGE);
            }
            times.put(Kind.FETCH, touch(region.segment(), offsets));
        }
        return times;
    }

    /** No page twice. */
    private long[] offsets(long regionBytes, long seed) {
        long regionPages = regionBytes / PAGE;
        long[] offsets = new long[pages];
        int[] order = Shuffle.order(pages, seed);
        long s = seed * SEED;
        for (int i = 0; i < pages; i++) {
            s = Shuffle.next(s);
            long share = regionPages / pages;
            offsets[i] = (order[i] * share + Long.remainderUnsigned(s, share)) * PAGE;
        }
        return offsets;
    }

    private static TouchTimes touch(MemorySegment memory, long[] offsets) {
        long[] ns = new long[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            long start = System.nanoTime();
            memory.set(ValueLayout.JAVA_LONG, offsets[i], i + 1L);
            ns[i] = System.nanoTime() - start;
        }
        if (Arrays.stream(offsets).noneMatch(offset -> memory.get(ValueLayout.JAVA_LONG, offset) != 0)) {
            throw new IllegalStateException("stores were lost");
        }
        return TouchTimes.of(ns);
    }

    @Override
    public void close() {
        remap.close();
    }
}
