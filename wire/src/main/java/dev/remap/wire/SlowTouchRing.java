// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The last {@value #CAPACITY} touches that took long, in the counters file. Any thread of the manager records, one at a time and
 * without allocating; any process reads, without blocking it, and leaves out a record that is just being written.
 *
 * <pre>
 *  record of 64 bytes: 0 number | 8 time, ms since 1970 | 16 stall, ns | 24 offset | 32 region u32 | 36 thread u32 | 40 cause u32 |
 *                      44 tier u32 | 48 unused
 * </pre>
 */
public final class SlowTouchRing {
    /** Records kept. */
    public static final int CAPACITY = 40;

    /** Cause: the touch waited for memory, since the DRAM budget was used up. The other causes are the kinds of fault. */
    public static final int WAITED_FOR_MEMORY = CountersLayout.FAULT_KINDS;

    /** A touch that takes longer than this is recorded, in nanoseconds. */
    public static final long SLOW_NS = 1_000_000;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final Object WRITERS = new Object();
    private static final long RECORD_BYTES = 64;
    private static final long TIME = 8;
    private static final long STALL = 16;
    private static final long OFFSET = 24;
    private static final long REGION = 32;
    private static final long THREAD = 36;
    private static final long CAUSE = 40;
    private static final long TIER = 44;

    private SlowTouchRing() {}

    /**
     * One slow touch.
     *
     * @param number counts from 1
     * @param region the region's number
     * @param threadId the touching thread's kernel id, 0 if unknown
     * @param cause a kind of fault, or {@link #WAITED_FOR_MEMORY}
     * @param tier the tier of the page word at that time
     */
    public record Touch(
            long number, long epochMillis, long stallNs, long offset, int region, int threadId, int cause, int tier) {}

    /** Adds a record to the counters file. */
    public static void record(
            MemorySegment counters, long stallNs, int region, long offset, int threadId, int cause, int tier) {
        synchronized (WRITERS) {
            write(counters, stallNs, region, offset, threadId, cause, tier);
        }
    }

    private static void write(
            MemorySegment counters, long stallNs, int region, long offset, int threadId, int cause, int tier) {
        long number = count(counters) + 1;
        long at = at(number);
        LONG.setVolatile(counters, at, 0L);
        counters.set(ValueLayout.JAVA_LONG, at + TIME, System.currentTimeMillis());
        counters.set(ValueLayout.JAVA_LONG, at + STALL, stallNs);
        counters.set(ValueLayout.JAVA_LONG, at + OFFSET, offset);
        counters.set(ValueLayout.JAVA_INT, at + REGION, region);
        counters.set(ValueLayout.JAVA_INT, at + THREAD, threadId);
        counters.set(ValueLayout.JAVA_INT, at + CAUSE, cause);
        counters.set(ValueLayout.JAVA_INT, at + TIER, tier);
        LONG.setVolatile(counters, at, number);
        LONG.setVolatile(counters, CountersLayout.SLOW_TOUCHES, number);
    }

    /** How many were ever recorded. */
    public static long count(MemorySegment counters) {
        return (long) LONG.getVolatile(counters, CountersLayout.SLOW_TOUCHES);
    }

    /** The latest records, oldest first. */
    public static List<Touch> latest(MemorySegment counters) {
        List<Touch> touches = new ArrayList<>();
        long last = count(counters);
        for (long number = Math.max(1, last - CAPACITY + 1); number <= last; number++) {
            long at = at(number);
            long before = (long) LONG.getVolatile(counters, at);
            Touch touch = new Touch(
                    number,
                    counters.get(ValueLayout.JAVA_LONG, at + TIME),
                    counters.get(ValueLayout.JAVA_LONG, at + STALL),
                    counters.get(ValueLayout.JAVA_LONG, at + OFFSET),
                    counters.get(ValueLayout.JAVA_INT, at + REGION),
                    counters.get(ValueLayout.JAVA_INT, at + THREAD),
                    counters.get(ValueLayout.JAVA_INT, at + CAUSE),
                    counters.get(ValueLayout.JAVA_INT, at + TIER));
            VarHandle.acquireFence();
            if (before == number && (long) LONG.getVolatile(counters, at) == number) {
                touches.add(touch);
            }
        }
        return touches;
    }

    private static long at(long number) {
        return CountersLayout.SLOW_TOUCH_RECORDS + number % CAPACITY * RECORD_BYTES;
    }
}
