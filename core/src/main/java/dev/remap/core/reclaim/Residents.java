// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.policy.LongRing;
import dev.remap.core.policy.PageMarks;
import dev.remap.core.policy.ReplacementPolicies;
import dev.remap.core.policy.ReplacementPolicy;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.PageWord;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which resident pages to take next. Pages wait in the queues of their region's replacement policy; what a policy gives up goes through
 * the <em>inactive list</em>, where it is unmapped, so that a touch there is a cheap minor fault which sends it back. The list holds
 * about an eighth of the resident pages. Regions that name the same policy share one.
 *
 * <p>Pages of ranges advised DROP_BEHIND or BYPASS go to a {@link DropList} instead, and are taken before all others, oldest first. The
 * youngest {@value #KEPT} of each list are taken last: they have just been brought in, some of them ahead of their touch. Confined to the
 * reclaim agent.
 */
final class Residents implements PageMarks {
    private static final int INACTIVE_SHARE = 8;
    private static final int MIN_INACTIVE = 64;

    /** Of each drop list: as many as one fault brings in. */
    static final int KEPT = Promoter.MAX_RUN;

    /** How many pages of a drop list are looked at to fill a batch: all may be pinned. */
    private static final int LOOKS_A_VICTIM = 4;

    private final RegionTable regions;
    private final Unmapper unmapper;
    private final Map<String, ReplacementPolicy> policies = new HashMap<>();
    private final @Nullable ReplacementPolicy[] byRegion;
    private final LongRing inactive = new LongRing();
    private final DropList behind;
    private final DropList bypassed;

    Residents(RegionTable regions, Unmapper unmapper, int maxRegions) {
        this.regions = regions;
        this.unmapper = unmapper;
        byRegion = new ReplacementPolicy[maxRegions];
        behind = new DropList(maxRegions);
        bypassed = new DropList(maxRegions);
    }

    /** Names the policy of a region. */
    void open(PagedRegion region, String policy) {
        byRegion[region.id()] = policies.computeIfAbsent(policy, name -> ReplacementPolicies.named(name, this));
    }

    /** Forgets all pages of a region, while their marks are still there. */
    void close(PagedRegion region) {
        behind.close(region);
        bypassed.close(region);
        for (long page = region.table().nextTouched(0);
                page < region.pages();
                page = region.table().nextTouched(page)) {
            long end = Math.min(region.pages(), (page / PagedRegion.BLOCK_PAGES + 1) * PagedRegion.BLOCK_PAGES);
            for (; page < end; page++) {
                if (region.marks().getByte(page) != 0) {
                    forget(region.pageId(page));
                }
            }
        }
    }

    @Override
    public int get(long pageId) {
        PagedRegion region = regions.get(PageId.region(pageId));
        return region == null || PageId.page(pageId) >= region.pages()
                ? 0
                : region.marks().getByte(PageId.page(pageId));
    }

    @Override
    public void set(long pageId, int mark) {
        PagedRegion region = regions.get(PageId.region(pageId));
        if (region != null && PageId.page(pageId) < region.pages()) {
            region.marks().setByte(PageId.page(pageId), mark);
        }
    }

    /** The page became resident. */
    void admit(long pageId) {
        ReplacementPolicy policy = policy(pageId);
        if (policy != null && !tryList(pageId, policy)) {
            policy.admit(pageId);
        }
    }

    /** The page left DRAM without having been a victim. */
    void forget(long pageId) {
        unlist(pageId);
        ReplacementPolicy policy = policy(pageId);
        if (policy != null) {
            policy.forget(pageId);
        }
    }

    /** The page left DRAM as a victim. */
    void evicted(long pageId) {
        unlist(pageId);
        ReplacementPolicy policy = policy(pageId);
        if (policy != null) {
            policy.evict(pageId);
        }
    }

    /** The page stays in DRAM, since somebody needs it. */
    void readmit(long pageId) {
        ReplacementPolicy policy = policy(pageId);
        if (policy != null && !tryList(pageId, policy)) {
            policy.readmit(pageId);
        }
    }

    /** The page stays in DRAM, since no tier takes it. Whatever was advised: as the first victim it would stand in everybody's way. */
    void refused(long pageId) {
        unlist(pageId);
        ReplacementPolicy policy = policy(pageId);
        if (policy != null) {
            policy.readmit(pageId);
        }
    }

    private void unlist(long pageId) {
        behind.remove(pageId);
        bypassed.remove(pageId);
    }

    /** Puts a page on the list that its advice names, if it names one, and out of its policy. */
    private boolean tryList(long pageId, ReplacementPolicy policy) {
        PagedRegion region = regions.get(PageId.region(pageId));
        DropList list = region == null ? null : list(region, PageId.page(pageId));
        if (region == null || list == null || !list.add(region, PageId.page(pageId))) {
            return false;
        }
        (list == behind ? bypassed : behind).remove(pageId);
        policy.forget(pageId);
        return true;
    }

    private @Nullable DropList list(PagedRegion region, long page) {
        return switch (region.advice().get(page)) {
            case AdviceCode.DROP_BEHIND -> behind;
            case AdviceCode.BYPASS -> bypassed;
            default -> null;
        };
    }

    /** Pages that came back soon after they had left, ever. */
    long refaults() {
        long refaults = 0;
        for (ReplacementPolicy policy : policies.values()) {
            refaults += policy.refaults();
        }
        return refaults;
    }

    /** Pages on the inactive list. */
    long inactive() {
        return inactive.size();
    }

    /** Moves pages from the policies to the inactive list until it has its share, at most {@code most} of them. */
    void deactivate(int most) {
        for (int i = 0; i < most; i++) {
            ReplacementPolicy policy = largest();
            if (policy == null || inactive.size() >= Math.max(MIN_INACTIVE, policy.size() / INACTIVE_SHARE)) {
                break;
            }
            long pageId = policy.candidate();
            if (pageId == ReplacementPolicy.NONE) {
                break;
            }
            deactivate(pageId);
        }
        unmapper.flush();
    }

    private void deactivate(long pageId) {
        PagedRegion region = regions.get(PageId.region(pageId));
        if (region == null) {
            return;
        }
        long page = PageId.page(pageId);
        if (region.isPinned(page)) {
            readmit(pageId);
            return;
        }
        region.clearReference(page);
        if (!region.isClosing()) { // else its addresses may be somebody else's already
            unmapper.add(region, page);
        }
        inactive.add(pageId);
    }

    /** Moves a page to the inactive list, unless it is there. {@link #flush} ends a series. */
    void cold(long pageId) {
        ReplacementPolicy policy = policy(pageId);
        if (policy != null && policy.take(pageId)) {
            deactivate(pageId);
        }
    }

    /** Unmaps what has been deactivated. */
    void flush() {
        unmapper.flush();
    }

    /** Fills {@code victims} with pages that were to leave once they were used, all but the youngest; answers how many. */
    int used(long[] victims) {
        int count = dropped(bypassed, KEPT, victims, 0);
        return dropped(behind, KEPT, victims, count);
    }

    /** Fills {@code victims} with pages that bypass memory, all but the youngest; answers how many. */
    int bypassed(long[] victims) {
        return dropped(bypassed, KEPT, victims, 0);
    }

    /**
     * Fills {@code victims} from the old end of the inactive list with pages that nobody has touched since they were put there; if there
     * are none, with the youngest of the drop lists.
     *
     * @return how many
     */
    int victims(long[] victims) {
        int count = untouched(victims);
        if (count == 0) {
            count = dropped(bypassed, 0, victims, 0);
            count = dropped(behind, 0, victims, count);
        }
        return count;
    }

    /** Adds the oldest pages of a list to the {@code count} victims there are, down to {@code keep}; answers how many there are now. */
    private int dropped(DropList list, int keep, long[] victims, int count) {
        int now = count;
        for (int looks = LOOKS_A_VICTIM * victims.length;
                now < victims.length && list.size() > keep && looks > 0;
                looks--) {
            long pageId = list.poll();
            PagedRegion region = regions.get(PageId.region(pageId));
            long page = PageId.page(pageId);
            if (region == null || hasLeft(region, page)) {
                forget(pageId);
            } else if (region.isPinned(page) || (keep > 0 && list(region, page) != list)) {
                admit(pageId); // to the young end, or where it belongs by now
            } else {
                victims[now++] = pageId;
            }
        }
        return now;
    }

    private int untouched(long[] victims) {
        int count = 0;
        while (count < victims.length) {
            long pageId = inactive.poll();
            if (pageId == LongRing.EMPTY) {
                break;
            }
            PagedRegion region = regions.get(PageId.region(pageId));
            long page = PageId.page(pageId);
            if (region == null || hasLeft(region, page)) {
                forget(pageId);
            } else if (region.clearReference(page) || region.isPinned(page)) {
                readmit(pageId);
            } else {
                victims[count++] = pageId;
            }
        }
        return count;
    }

    /**
     * Whether a page is not in DRAM, or not in a frame of the region's. A locked one may be: it is only being mapped, and nobody would
     * admit it again.
     */
    static boolean hasLeft(PagedRegion region, long page) {
        long word = region.table().get(page);
        int state = PageWord.state(word);
        return state == PageWord.ABSENT || state == PageWord.FAILED || PageWord.isLent(word);
    }

    private @Nullable ReplacementPolicy policy(long pageId) {
        return byRegion[PageId.region(pageId)];
    }

    private @Nullable ReplacementPolicy largest() {
        ReplacementPolicy largest = null;
        for (ReplacementPolicy policy : policies.values()) {
            if (policy.size() > 0 && (largest == null || policy.size() > largest.size())) {
                largest = policy;
            }
        }
        return largest;
    }
}
