// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * A histogram of non-negative values in shared memory: eight buckets a power of two, so a bucket's width is at most an eighth of its
 * value. Any threads of one process record; any thread or process reads, without stopping them. Recording allocates nothing.
 */
public final class LogHistogram {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final int SUB_BUCKET_BITS = 3;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;
    private static final int BUCKETS = 62 * SUB_BUCKETS;
    private static final int MAX_INDEX = BUCKETS;

    /** Bytes a histogram takes. */
    public static final long BYTES = 4096;

    private LogHistogram() {}

    /** Adds one value. */
    public static void record(MemorySegment histogram, long value) {
        long at = 8L * bucket(Math.max(0, value));
        long _ = (long) LONG.getAndAdd(histogram, at, 1L);
        long max = max(histogram);
        while (value > max && !LONG.compareAndSet(histogram, 8L * MAX_INDEX, max, value)) {
            max = max(histogram);
        }
    }

    /** Values recorded. */
    public static long count(MemorySegment histogram) {
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += histogram.getAtIndex(ValueLayout.JAVA_LONG, i);
        }
        return sum;
    }

    /** The largest value recorded, exactly. */
    public static long max(MemorySegment histogram) {
        return histogram.getAtIndex(ValueLayout.JAVA_LONG, MAX_INDEX);
    }

    /** The middle of the bucket that the given fraction of the values is in or below; 0 if there are none. */
    public static long quantile(MemorySegment histogram, double fraction) {
        long wanted = Math.max(1, (long) Math.ceil(fraction * count(histogram)));
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += histogram.getAtIndex(ValueLayout.JAVA_LONG, i);
            if (sum >= wanted) {
                return Math.min(max(histogram), lowest(i) + (lowest(i + 1) - lowest(i)) / 2);
            }
        }
        return 0;
    }

    static int bucket(long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        int shift = 63 - Long.numberOfLeadingZeros(value) - SUB_BUCKET_BITS;
        return Math.min(BUCKETS - 1, (shift + 1) * SUB_BUCKETS + (int) ((value >>> shift) & (SUB_BUCKETS - 1)));
    }

    static long lowest(int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        int shift = bucket / SUB_BUCKETS - 1;
        return (long) (SUB_BUCKETS + bucket % SUB_BUCKETS) << shift;
    }
}
