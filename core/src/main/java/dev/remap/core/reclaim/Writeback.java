// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.policy.LongRing;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves what has lain longest in tiers that use DRAM on to the tiers below these, once such tiers hold more than their share: else
 * the newest victims would go to the slow tier while the oldest keep the fast one, as zram in front of a swap disk does without its
 * writeback. The order is that of a demotion: store below, publish by compare-and-set of the word, free above. A page that is touched
 * meanwhile is locked, the compare-and-set fails, and the new copy is freed instead.
 *
 * <p>Confined to the reclaim agent. Allocates nothing once each region's fetchers are open.
 */
final class Writeback {
    private static final int BATCH = 64;
    private static final long PAGE = PagedRegion.PAGE_SIZE;

    private final RegionTable regions;
    private final DramBudget budget;
    private final LongRing stored = new LongRing();
    private final MemorySegment buffer = Arena.global().allocate(BATCH * PAGE, PAGE);
    private final PageBatch batch = new PageBatch(BATCH);
    private final long[] words = new long[BATCH];
    private final @Nullable Fetchers[] fetchers = new Fetchers[CountersLayout.MAX_REGIONS];

    private record Fetchers(PagedRegion region, List<Tier.Fetcher> byTier) {}

    Writeback(RegionTable regions, DramBudget budget) {
        this.regions = regions;
        this.budget = budget;
        Mmap.madvise(buffer.address(), buffer.byteSize(), Mmap.MADV_DONTFORK);
    }

    /** Notes a page that has just been stored; once is enough, however often it comes and goes. */
    void stored(PagedRegion region, long page) {
        if (isAbove(region, region.table().get(page)) && region.queue(page)) {
            stored.add(region.pageId(page));
        }
    }

    /** Whether tiers that use DRAM hold more than their share, and there is something to move. */
    boolean isNeeded() {
        return stored.size() > 0 && budget.tierPages() > budget.tierShare();
    }

    /** Moves a batch of one region's pages; answers how many, 0 if no tier below takes any. */
    int run() {
        batch.clear();
        PagedRegion region = null;
        int target = -1;
        for (int polled = 0; polled < BATCH && stored.size() > 0; polled++) {
            long pageId = stored.poll();
            PagedRegion of = regions.get(PageId.region(pageId));
            if (of == null) {
                continue;
            }
            if (region != null && of != region) {
                stored.add(pageId);
                continue;
            }
            long page = PageId.page(pageId);
            long word = of.table().get(page);
            of.dequeue(page);
            if (isAbove(of, word) && fetch(of, page, word)) {
                region = of;
                target = firstBelow(of);
            }
        }
        return region == null ? 0 : move(region, target);
    }

    private boolean fetch(PagedRegion region, long page, long word) {
        int i = batch.size();
        long address = buffer.address() + i * PAGE;
        long result = fetcher(region, PageWord.tier(word)).fetch(page, PageWord.location(word), address);
        if (result < 0) {
            return false; // whoever touches the page is told
        }
        words[i] = word;
        batch.add(page, 0, address);
        return true;
    }

    private int move(PagedRegion region, int target) {
        Tier below = region.tiers().get(target).tier();
        below.storeAll(batch);
        int moved = 0;
        for (int i = 0; i < batch.size(); i++) {
            long location = batch.result(i);
            if (location < 0) {
                stored(region, batch.page(i));
            } else if (region.table().moveCopy(batch.page(i), words[i], PageWord.TIER_FIRST + target, location)) {
                above(region, words[i]).free(PageWord.location(words[i]));
                moved++;
            } else {
                below.free(location);
                stored(region, batch.page(i));
            }
        }
        region.counters().add(CountersLayout.REGION_BYTES_OUT, moved * PAGE);
        return moved;
    }

    /** Whether a word names a copy in a tier that uses DRAM, and there is a tier below that does not. */
    private static boolean isAbove(PagedRegion region, long word) {
        int state = PageWord.state(word);
        int tier = PageWord.tier(word);
        return (state == PageWord.ABSENT || state == PageWord.CLEAN)
                && PageWord.isStored(tier)
                && region.tiers().get(tier - PageWord.TIER_FIRST).usesDram()
                && firstBelow(region) >= 0;
    }

    private static int firstBelow(PagedRegion region) {
        for (int t = 0; t < region.tiers().size(); t++) {
            if (!region.tiers().get(t).usesDram()) {
                return t;
            }
        }
        return -1;
    }

    private static Tier above(PagedRegion region, long word) {
        return region.tiers().get(PageWord.tier(word) - PageWord.TIER_FIRST).tier();
    }

    private Tier.Fetcher fetcher(PagedRegion region, int tier) {
        Fetchers entry = fetchers[region.id()];
        if (entry == null || entry.region != region) {
            entry = new Fetchers(
                    region,
                    region.tiers().stream()
                            .map(named -> named.tier().newFetcher())
                            .toList());
            fetchers[region.id()] = entry;
        }
        return entry.byTier.get(tier - PageWord.TIER_FIRST);
    }
}
