// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.AdviceCode;

/**
 * What an application has advised about ranges of a region. The newest advice for a page wins. At most {@value #MAX_RANGES} ranges are
 * told apart: beyond that the newest advice is taken for the whole region, unless it makes pages leave (DROP_BEHIND, BYPASS): then it
 * holds for its own range, and nothing elsewhere. Thread-safe; {@link #get} is for the fault path, as {@link PageRanges#get} is.
 */
public final class AdvisedRanges {
    /** Ranges that are told apart. */
    public static final int MAX_RANGES = 1024;

    private final PageRanges ranges = new PageRanges();

    /** No advice anywhere. */
    public AdvisedRanges() {}

    /** Notes advice for pages. */
    public synchronized void set(long first, long pages, int advice) {
        if (!ranges.trySet(first, pages, advice, MAX_RANGES)) {
            boolean leaves = advice == AdviceCode.DROP_BEHIND || advice == AdviceCode.BYPASS;
            ranges.setAll(leaves ? AdviceCode.NORMAL : advice);
            ranges.set(first, pages, advice);
        }
    }

    /** All that was advised, for {@link #restore}. */
    public long[] ranges() {
        return ranges.ranges();
    }

    /** Takes over what {@link #ranges} answered in another process. Before the region is used. */
    public void restore(long[] saved) {
        ranges.restore(saved);
    }

    /** The advice that holds for a page, of {@link AdviceCode}. */
    public int get(long page) {
        return ranges.get(page);
    }
}
