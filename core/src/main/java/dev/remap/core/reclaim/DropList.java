// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.SparseArray;
import dev.remap.core.policy.LongRing;
import java.io.IOException;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Resident pages that the application has advised to let go once they were used, oldest first. They are in no replacement policy and not
 * on the inactive list, and stay mapped until they are taken.
 *
 * <p>A page has at most one entry in the ring. One that leaves other than by {@link #poll} leaves its entry behind, and takes it over,
 * with its place, if it comes back; where such entries outnumber the others, each addition sweeps a part of the ring. Costs eight bytes
 * a page listed, and one byte a page of the region where pages were listed. Confined to the reclaim agent.
 */
final class DropList {
    private static final int ENTRY = 1; // the ring has an entry for the page
    private static final int LISTED = 2; // and the page is on the list
    private static final int STALE_ALLOWED = 64;

    private final @Nullable SparseArray[] marks;
    private final LongRing ring = new LongRing();
    private final LongPredicate keepListed = this::keepListed;
    private long size;

    DropList(int maxRegions) {
        marks = new SparseArray[maxRegions];
    }

    /** Pages on the list. */
    long size() {
        return size;
    }

    /** Ring entries, those left behind included. */
    long entries() {
        return ring.size();
    }

    /** Adds a page as the youngest, unless it is there; false if there is no memory to note that. */
    boolean add(PagedRegion region, long page) {
        SparseArray of = marks(region);
        if (of == null) {
            return false;
        }
        int mark = of.getByte(page);
        if ((mark & ENTRY) == 0) {
            ring.add(region.pageId(page));
        }
        if ((mark & LISTED) == 0) {
            of.setByte(page, ENTRY | LISTED);
            size++;
        }
        if (ring.size() > 2 * size + STALE_ALLOWED) {
            ring.sweep(keepListed);
        }
        return true;
    }

    /** Takes a page off the list, if it is there. */
    void remove(long pageId) {
        SparseArray of = marks[PageId.region(pageId)];
        if (of != null && (of.getByte(PageId.page(pageId)) & LISTED) != 0) {
            of.setByte(PageId.page(pageId), ENTRY);
            size--;
        }
    }

    /** Takes the oldest page off the list, or answers {@link LongRing#EMPTY}. */
    long poll() {
        long pageId;
        while ((pageId = ring.poll()) != LongRing.EMPTY) {
            SparseArray of = marks[PageId.region(pageId)];
            if (of == null) {
                continue;
            }
            int mark = of.getByte(PageId.page(pageId));
            of.setByte(PageId.page(pageId), 0);
            if ((mark & LISTED) != 0) {
                size--;
                return pageId;
            }
        }
        return LongRing.EMPTY;
    }

    /** Forgets all pages of a region: its number may name another one from now on. Time proportional to the ring. */
    void close(PagedRegion region) {
        SparseArray of = marks[region.id()];
        if (of == null) {
            return;
        }
        for (long left = ring.size(); left > 0; left--) {
            long pageId = ring.poll();
            if (PageId.region(pageId) != region.id()) {
                ring.add(pageId);
            } else if ((of.getByte(PageId.page(pageId)) & LISTED) != 0) {
                size--;
            }
        }
        marks[region.id()] = null;
        of.close();
    }

    private boolean keepListed(long pageId) {
        SparseArray of = marks[PageId.region(pageId)];
        if (of == null) {
            return false;
        }
        if ((of.getByte(PageId.page(pageId)) & LISTED) != 0) {
            return true;
        }
        of.setByte(PageId.page(pageId), 0);
        return false;
    }

    private @Nullable SparseArray marks(PagedRegion region) {
        SparseArray of = marks[region.id()];
        if (of == null) {
            try {
                of = new SparseArray(region.pages());
            } catch (IOException _) {
                return null; // the caller has another place for the page
            }
            marks[region.id()] = of;
        }
        return of;
    }
}
