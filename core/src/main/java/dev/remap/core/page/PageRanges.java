// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import java.util.Map;
import java.util.TreeMap;

/**
 * A code from 0 to 255 for each page of a region, 0 at first, kept as ranges. Thread-safe.
 *
 * <p>Reading is for the fault path: it never blocks and allocates nothing, and costs one load of the array and one of an element where
 * nothing was set, and else a binary search in one array.
 */
public final class PageRanges {
    private static final int CODE_BITS = 8;
    private static final int CODE_MASK = (1 << CODE_BITS) - 1;

    private final TreeMap<Long, Integer> byStart = new TreeMap<>(Map.of(0L, 0));

    /** First page and code of each range in one long, rising; the first one starts at page 0. Never changed, only replaced. */
    private volatile long[] ranges = {0};

    /** 0 everywhere. */
    public PageRanges() {}

    /** Sets the code of pages. */
    public synchronized void set(long first, long pages, int code) {
        replace(first, pages, code);
        publish();
    }

    /** The same, unless more ranges than {@code most} would have to be told apart: then nothing is changed, and this is false. */
    public synchronized boolean trySet(long first, long pages, int code, int most) {
        TreeMap<Long, Integer> before = new TreeMap<>(byStart);
        replace(first, pages, code);
        if (byStart.size() > most) {
            byStart.clear();
            byStart.putAll(before);
            return false;
        }
        publish();
        return true;
    }

    /** Sets the code of all pages. */
    public synchronized void setAll(int code) {
        byStart.clear();
        byStart.put(0L, code);
        publish();
    }

    /** All there is, for {@link #restore}. */
    public long[] ranges() {
        return ranges.clone();
    }

    /** Takes over what {@link #ranges} answered in another process. Before the region is used. */
    public synchronized void restore(long[] saved) {
        byStart.clear();
        for (long range : saved) {
            byStart.put(range >>> CODE_BITS, (int) range & CODE_MASK);
        }
        ranges = saved.clone();
    }

    private void publish() {
        ranges = byStart.entrySet().stream()
                .mapToLong(range -> range.getKey() << CODE_BITS | range.getValue())
                .toArray();
    }

    private void replace(long first, long pages, int code) {
        int after = byStart.floorEntry(first + pages).getValue();
        byStart.subMap(first, true, first + pages, true).clear();
        byStart.put(first, code);
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

    /** The code of a page. */
    public int get(long page) {
        long[] now = ranges;
        long end = (page + 1) << CODE_BITS;
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
        return (int) now[low] & CODE_MASK;
    }
}
