// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.AdviceCode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an application has advised about ranges of a region. The newest advice for a page wins. At most {@value #MAX_RANGES} ranges are
 * told apart: beyond that the newest advice is taken for the whole region, unless it makes pages leave (DROP_BEHIND, BYPASS): then it
 * holds for its own range, and nothing elsewhere.
 *
 * <p>Reading is for the fault path: it never blocks and allocates nothing, and costs one load of the array and one of an element where
 * nothing was advised, and else a binary search of at most ten steps in one array.
 */
public final class AdvisedRanges {
    /** Ranges that are told apart. */
    public static final int MAX_RANGES = 1024;

    private static final int ADVICE_BITS = 8;
    private static final int ADVICE_MASK = (1 << ADVICE_BITS) - 1;

    private final TreeMap<Long, Integer> byStart = new TreeMap<>(Map.of(0L, AdviceCode.NORMAL));

    /** First page and advice of each range in one long, rising; the first one starts at page 0. Never changed, only replaced. */
    private volatile long[] ranges = {AdviceCode.NORMAL};

    /** No advice anywhere. */
    public AdvisedRanges() {}

    /** Notes advice for pages. */
    public synchronized void set(long first, long pages, int advice) {
        replace(first, pages, advice);
        if (byStart.size() > MAX_RANGES) {
            boolean leaves = advice == AdviceCode.DROP_BEHIND || advice == AdviceCode.BYPASS;
            byStart.clear();
            byStart.put(0L, leaves ? AdviceCode.NORMAL : advice);
            replace(first, pages, advice);
        }
        ranges = byStart.entrySet().stream()
                .mapToLong(range -> range.getKey() << ADVICE_BITS | range.getValue())
                .toArray();
    }

    /** All that was advised, for {@link #restore}. */
    public long[] ranges() {
        return ranges.clone();
    }

    /** Takes over what {@link #ranges} answered in another process. Before the region is used. */
    public synchronized void restore(long[] saved) {
        byStart.clear();
        for (long range : saved) {
            byStart.put(range >>> ADVICE_BITS, (int) range & ADVICE_MASK);
        }
        ranges = saved.clone();
    }

    private void replace(long first, long pages, int advice) {
        int after = byStart.floorEntry(first + pages).getValue();
        byStart.subMap(first, true, first + pages, true).clear();
        byStart.put(first, advice);
        byStart.put(first + pages, after);
        mergeWithBefore(first + pages);
        mergeWithBefore(first);
    }

    /** Drops a boundary that separates nothing. */
    private void mergeWithBefore(long start) {
        Map.Entry<Long, Integer> before = byStart.lowerEntry(start);
        if (before != null && before.getValue().equals(byStart.get(start))) {
            byStart.remove(start);
        }
    }

    /** The advice that holds for a page, of {@link AdviceCode}. */
    public int get(long page) {
        long[] now = ranges;
        long end = (page + 1) << ADVICE_BITS;
        int low = 0;
        int high = now.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (now[middle] < end) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) now[low] & ADVICE_MASK;
    }
}
