// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A set of pages, kept as runs of neighbours: found by place and by size. Not thread-safe. */
final class PageRuns {
    /** Neighbouring pages. */
    record Run(long first, long pages) {
        long end() {
            return first + pages;
        }
    }

    private final NavigableMap<Long, Run> byFirst = new TreeMap<>();
    private final TreeSet<Run> bySize =
            new TreeSet<>(Comparator.comparingLong(Run::pages).thenComparingLong(Run::first));
    private long pages;

    /** Pages in the set. */
    long pages() {
        return pages;
    }

    /** Pages of the longest run. */
    long longest() {
        return bySize.isEmpty() ? 0 : bySize.last().pages();
    }

    /** Adds pages, none of which is in the set. */
    void add(long first, long count) {
        long start = first;
        long end = first + count;
        Map.Entry<Long, Run> before = byFirst.floorEntry(first);
        if (before != null && before.getValue().end() == first) {
            start = before.getKey();
            drop(before.getValue());
        }
        @Nullable Run after = byFirst.get(end);
        if (after != null) {
            end = after.end();
            drop(after);
        }
        put(start, end);
    }

    /** Removes those pages of a range that are in the set. */
    void remove(long first, long count) {
        long end = first + count;
        Map.Entry<Long, Run> before = byFirst.floorEntry(first);
        long from = before != null && before.getValue().end() > first ? before.getKey() : first;
        for (Run run : List.copyOf(byFirst.subMap(from, end).values())) {
            drop(run);
            put(run.first(), Math.min(run.end(), first));
            put(Math.max(run.first(), end), run.end());
        }
    }

    /** Takes pages from the smallest run that is long enough; the first of them, or -1. */
    long take(long count) {
        @Nullable Run run = bySize.ceiling(new Run(0, count));
        return run == null ? -1 : takeAt(run, run.first(), count);
    }

    /** The same, where the first page's number plus {@code bias} is to be a multiple of {@code alignment}. */
    long takeAligned(long count, long alignment, long bias) {
        @Nullable Run found = null;
        for (Run run : bySize.tailSet(new Run(0, count))) {
            if (aligned(run.first(), alignment, bias) + count <= run.end()) {
                found = run;
                break;
            }
        }
        return found == null ? -1 : takeAt(found, aligned(found.first(), alignment, bias), count);
    }

    /** Takes everything. */
    List<Run> takeAll() {
        List<Run> all = new ArrayList<>(byFirst.values());
        byFirst.clear();
        bySize.clear();
        pages = 0;
        return all;
    }

    private static long aligned(long first, long alignment, long bias) {
        return Math.ceilDiv(first + bias, alignment) * alignment - bias;
    }

    private long takeAt(Run run, long first, long count) {
        drop(run);
        put(run.first(), first);
        put(first + count, run.end());
        return first;
    }

    private void put(long first, long end) {
        if (first < end) {
            Run run = new Run(first, end - first);
            byFirst.put(first, run);
            bySize.add(run);
            pages += run.pages();
        }
    }

    private void drop(Run run) {
        byFirst.remove(run.first());
        bySize.remove(run);
        pages -= run.pages();
    }
}
