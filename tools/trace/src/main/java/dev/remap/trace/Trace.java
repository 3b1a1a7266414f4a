// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

/** A sequence of accesses to pages. Pages are numbered from 0 in the order of their first access, whatever their keys were. */
final class Trace {
    private final String name;
    private final int[] pages;
    private final int distinctPages;
    private final int oneIn;
    private final long lostAccesses;

    /**
     * A trace that was recorded.
     *
     * @param oneIn it has the accesses to one page in so many, chosen by hash; 1 for all
     * @param lostAccesses accesses that should be in it and are not
     */
    Trace(String name, TraceBuilder builder, int oneIn, long lostAccesses) {
        if (oneIn < 1) {
            throw new IllegalArgumentException("one page in " + oneIn);
        }
        this.name = name;
        pages = builder.pages();
        distinctPages = builder.distinctPages();
        this.oneIn = oneIn;
        this.lostAccesses = lostAccesses;
    }

    /** All accesses there are. */
    static Trace of(String name, TraceBuilder builder) {
        return new Trace(name, builder, 1, 0);
    }

    /** What it was read from, or made by. */
    String name() {
        return name;
    }

    /** The accesses, in order; 4 bytes each. Not to be changed. */
    int[] pages() {
        return pages;
    }

    /** How many pages there are in it. */
    int distinctPages() {
        return distinctPages;
    }

    /** It has the accesses to one page in so many. */
    int oneIn() {
        return oneIn;
    }

    /** Accesses that should be in it and are not. */
    long lostAccesses() {
        return lostAccesses;
    }

    /**
     * What a memory of {@code memoryPages} is for this trace. A sample of one page in n behaves in a memory n times smaller as the whole
     * does (SHARDS: Waldspurger, Park, Garthwaite, Ahmad: "Efficient MRC construction with SHARDS", FAST'15).
     */
    int scaled(long memoryPages) {
        return Math.clamp(memoryPages / oneIn, 1, Integer.MAX_VALUE);
    }
}
