// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.function.LongPredicate;

/**
 * A FIFO of the pages in one state. A page is in the queue if its mark says that state; the ring holds at least one
 * entry for it. A page that leaves other than by {@link #poll} leaves its entry behind, stale.
 *
 * <p>The entry bit of the mark says that the ring has an entry for the page, live or stale. A page that comes back
 * takes its stale entry over, with its place in the order, so that no page ever has two. Where stale entries outnumber
 * live ones, each addition sweeps a part of the ring.
 */
final class PageQueue implements AutoCloseable {

    /**
     * How many used pages a policy puts back in one search. Bounds the time of a search through millions of used pages;
     * the page taken instead still has its second chance on the inactive list.
     */
    static final int MAX_PASSED_OVER = 1024;

    private static final int STALE_ENTRIES_ALLOWED = 64;

    private final LongRing ring = new LongRing();
    private final PageMarks marks;
    private final int stateMask;
    private final int state;
    private final int entryBit;
    private final LongPredicate keepLive = this::keepLive;
    private long size;

    PageQueue(PageMarks marks, int stateMask, int state, int entryBit) {
        this.marks = marks;
        this.stateMask = stateMask;
        this.state = state;
        this.entryBit = entryBit;
    }

    /** Pages in the queue. */
    long size() {
        return size;
    }

    /** Entries in the ring, stale ones included. */
    long entries() {
        return ring.size();
    }

    long bytes() {
        return ring.bytes();
    }

    boolean holds(int mark) {
        return (mark & stateMask) == state;
    }

    /** Adds a page that is in no queue; {@code mark} is what to keep of its mark besides the state. */
    void add(long page, int mark) {
        if ((mark & entryBit) == 0) {
            ring.add(page);
        }
        marks.set(page, (mark & ~stateMask) | state | entryBit);
        size++;
        if (ring.size() > 2 * size + STALE_ENTRIES_ALLOWED) {
            ring.sweep(keepLive);
        }
    }

    /** The caller is about to give a page of this queue another state. */
    void remove() {
        size--;
    }

    /** Takes the oldest page, whose state the caller must then change, or answers {@link LongRing#EMPTY}. */
    long poll() {
        long page;
        while ((page = ring.poll()) != LongRing.EMPTY) {
            int mark = marks.get(page);
            dropEntryBit(page, mark);
            if (holds(mark)) {
                size--;
                return page;
            }
        }
        return LongRing.EMPTY;
    }

    @Override
    public void close() {
        ring.close();
        size = 0;
    }

    private boolean keepLive(long page) {
        int mark = marks.get(page);
        if (holds(mark)) {
            return true;
        }
        dropEntryBit(page, mark);
        return false;
    }

    /** Leaves alone a page without the bit: its marks may have been dropped. */
    private void dropEntryBit(long page, int mark) {
        if ((mark & entryBit) != 0) {
            marks.set(page, mark & ~entryBit);
        }
    }
}
