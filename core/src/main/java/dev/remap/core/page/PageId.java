// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

/**
 * A page among all regions of a manager, in one non-negative long: region in the upper, page in the lower 40 bits. Sorting ids puts
 * neighbouring pages of a region together.
 */
public final class PageId {
    private static final int PAGE_BITS = 40;
    private static final long PAGE_MASK = (1L << PAGE_BITS) - 1;

    private PageId() {}

    /** The id of a page. */
    public static long of(int region, long page) {
        return ((long) region << PAGE_BITS) | page;
    }

    /** The region's number. */
    public static int region(long id) {
        return (int) (id >>> PAGE_BITS);
    }

    /** The page's number in its region. */
    public static long page(long id) {
        return id & PAGE_MASK;
    }
}
