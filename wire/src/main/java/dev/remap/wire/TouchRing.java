// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The last {@value #CAPACITY} touches and evictions of pages that a manager has seen, in a memfd of its own. Any thread of the manager
 * records: it claims a place and stores one long there, never waits and allocates nothing. Any process reads, behind the writers, and
 * finds out what it was too slow for.
 *
 * <pre>
 *        0 +---------------------------------+
 *          | magic                           |
 *       64 | entries ever claimed            |
 *     4096 +---------------------------------+
 *          | entries, a long each            |
 *          +---------------------------------+
 *
 *  entry   63 62 61   52 51                                  0
 *         +-----+-------+-------------------------------------+
 *         |kind |  lap  | page: region's number, page number  |
 *         +-----+-------+-------------------------------------+
 * </pre>
 *
 * <p>The lap is the place's number divided by the capacity, modulo 1,024: whoever reads an entry with another lap than it expects has come
 * too early, or a whole ring too late. A place that was never written has kind 0.
 */
public final class TouchRing {
    /** Entries kept. */
    public static final int CAPACITY = 1 << 17;

    /** Bytes of the memfd. */
    public static final long FILE_BYTES = 4096 + (long) CAPACITY * Long.BYTES;

    /** The name of the memfd. */
    public static final String NAME = "remap-touches";

    /** A touch of a page that was not in DRAM. */
    public static final int FAULT = 1;

    /** A touch of a page that was in DRAM and not mapped, or mapped for reading and written to. */
    public static final int RETOUCH = 2;

    /** The page left DRAM. */
    public static final int EVICTION = 3;

    /** What {@link #read} answers if there is no such entry yet. */
    public static final long NOT_YET = 0;

    /** What {@link #read} answers if the entry has been overwritten. */
    public static final long LOST = -1;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final long MAGIC = 0x3130_4852_4354_4D52L;
    private static final long CLAIMED = 64;
    private static final long ENTRIES = 4096;
    private static final int KIND_SHIFT = 62;
    private static final int LAP_SHIFT = 52;
    private static final long LAPS = 1L << (KIND_SHIFT - LAP_SHIFT);
    private static final long PAGE_MASK = (1L << LAP_SHIFT) - 1;

    private TouchRing() {}

    /** Makes a memfd's zeros an empty ring. */
    public static void create(MemorySegment ring) {
        LONG.setRelease(ring, 0L, MAGIC);
    }

    /** Whether it is a ring of this release. */
    public static boolean isRing(MemorySegment ring) {
        return ring.byteSize() == FILE_BYTES && (long) LONG.getAcquire(ring, 0L) == MAGIC;
    }

    /** Adds an entry. */
    public static void record(MemorySegment ring, int kind, long pageId) {
        long number = (long) LONG.getAndAdd(ring, CLAIMED, 1L);
        LONG.setOpaque(
                ring, at(number), ((long) kind << KIND_SHIFT) | (lap(number) << LAP_SHIFT) | (pageId & PAGE_MASK));
    }

    /** Entries ever claimed. The last of them may not be written yet. */
    public static long claimed(MemorySegment ring) {
        return (long) LONG.getAcquire(ring, CLAIMED);
    }

    /** The entry of a number, counted from 0; or {@link #NOT_YET} or {@link #LOST}. */
    public static long read(MemorySegment ring, long number) {
        long entry = (long) LONG.getOpaque(ring, at(number));
        if (kind(entry) != 0 && ((entry >>> LAP_SHIFT) & (LAPS - 1)) == lap(number)) {
            return entry;
        }
        return claimed(ring) - number > CAPACITY ? LOST : NOT_YET;
    }

    /** {@link #FAULT}, {@link #RETOUCH} or {@link #EVICTION}. */
    public static int kind(long entry) {
        return (int) (entry >>> KIND_SHIFT);
    }

    /** The page, unique over all regions of a manager. */
    public static long page(long entry) {
        return entry & PAGE_MASK;
    }

    private static long lap(long number) {
        return number / CAPACITY % LAPS;
    }

    private static long at(long number) {
        return ENTRIES + number % CAPACITY * Long.BYTES;
    }
}
