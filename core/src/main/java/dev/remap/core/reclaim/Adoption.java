// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.Backing;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.Tier;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.util.Arrays;

/**
 * Takes in a region that a manager, which is dead by now, has left behind in the middle of whatever it was doing.
 *
 * <p>The rule: a page that is in the region's memfd is PRESENT, whatever its word says; otherwise the word is right; a slot that no word
 * names is free. A CLEAN page stays so if it is in the memfd, since a word leaves CLEAN before the page's protection does. Everything else
 * that a manager knows is counted anew from that. A page which neither the memfd nor a tier has any more becomes FAILED: it must never read
 * as zeros. In a region that several applications share a page that the word calls ABSENT is no page, and is punched.
 *
 * <p>For one region, before any thread serves it.
 */
final class Adoption {
    private static final int FIRST_UNSETTLED = 64;

    private static final int SHADOW_SHIFT = 40;

    private final PagedRegion region;
    private final PageTable table;
    private final DramBudget budget;
    private final Residents residents;
    private final Writeback writeback;
    private long presentFrom;
    private long presentTo;
    private long resident;
    private long returned;
    private long fills;
    private long[] unsettled = new long[FIRST_UNSETTLED];
    private int unsettledCount;

    Adoption(PagedRegion region, DramBudget budget, Residents residents, Writeback writeback) {
        this.region = region;
        table = region.table();
        this.budget = budget;
        this.residents = residents;
        this.writeback = writeback;
    }

    /** Adopts all pages; answers those that were in the middle of being brought in or freed, and that the kernel may have poisoned. */
    long[] run() {
        for (long page = table.nextTouched(0); page < region.pages(); page = table.nextTouched(page)) {
            long end = Math.min(region.pages(), (page / PagedRegion.BLOCK_PAGES + 1) * PagedRegion.BLOCK_PAGES);
            for (; page < end; page++) {
                if (table.get(page) != 0) {
                    adopt(page);
                }
            }
        }
        for (PagedRegion.NamedTier tier : region.tiers()) {
            tier.tier().adopted();
        }
        region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, resident);
        region.counters().add(CountersLayout.REGION_SAME_FILLED_PAGES, fills);
        budget.chargeAdoptedResident(resident - returned);
        budget.chargeReturned(returned);
        return Arrays.copyOf(unsettled, unsettledCount);
    }

    private void adopt(long page) {
        long word = isPresent(page) && !isStray(page) ? settlePresent(page) : settleAbsent(page);
        boolean isDeviceLost = PageWord.tier(word) == PageWord.TIER_DEVICE
                && !region.devices().adopt(region, page, PageWord.location(word));
        if (isDeviceLost) {
            word = fallBack(page, word);
        }
        int tier = PageWord.tier(word);
        if (PageWord.isStored(tier) && !tier(tier).adopt(page, PageWord.location(word))) {
            word = lose(page, word);
        }
        fills += PageWord.isFill(PageWord.tier(word)) ? 1 : 0;
        if (PageWord.isResident(word)) {
            resident++;
            region.addResident(page, 1);
            residents.admit(region.pageId(page));
        } else if (PageWord.state(word) == PageWord.FAILED) {
            recordLoss(page, word, isDeviceLost);
        }
        writeback.stored(region, page);
    }

    /** A device has lost the page: what it keeps below is as old as the last result that the device acknowledged. */
    private long fallBack(long page, long word) {
        long shadow = region.devices().shadow(PageWord.location(word));
        if (PageWord.state(word) != PageWord.ABSENT || shadow == 0) {
            return lose(page, word);
        }
        return table.takeOverCopy(page, (int) (shadow >>> SHADOW_SHIFT), shadow & (Tier.LOCATION_LIMIT - 1));
    }

    private void recordLoss(long page, long word, boolean isDeviceLost) {
        if (isDeviceLost) {
            region.recordFailure(page, word, ErrorCode.DEVICE_LOST, "the device that had it is gone with its manager");
        } else {
            region.recordFailure(
                    page, word, ErrorCode.IO, "it could not be served, or was lost, when its manager died");
        }
    }

    /** Whether the page is in the memfd; pages are asked for in rising order. */
    private boolean isPresent(long page) {
        if (page >= presentTo) {
            Backing backing = region.backing();
            long from = backing.nextPresent(page);
            presentFrom = from < 0 ? Long.MAX_VALUE : from;
            presentTo = from < 0 ? Long.MAX_VALUE : Math.max(from + 1, backing.nextAbsent(from));
        }
        return page >= presentFrom;
    }

    /**
     * Who may only read a shared region can still have the kernel put a page of zeros where there is none, through a mapping of its own
     * that nobody serves. It must not be taken for the page.
     */
    private boolean isStray(long page) {
        return region.isShared()
                && PageWord.state(table.get(page)) == PageWord.ABSENT
                && region.backing().punch(page, 1) >= 0;
    }

    private long settlePresent(long page) {
        long word = table.get(page);
        return switch (PageWord.state(word)) {
            case PageWord.CLEAN -> word;
            case PageWord.PRESENT -> PageWord.isLent(word) ? takeBack(page) : word;
            default -> table.takeOver(page, PageWord.PRESENT);
        };
    }

    /** A page that was lent to a device, and was not in the budget. */
    private long takeBack(long page) {
        returned++;
        return table.takeOver(page, PageWord.PRESENT);
    }

    private long settleAbsent(long page) {
        long word = table.get(page);
        return switch (PageWord.state(word)) {
            case PageWord.ABSENT, PageWord.FAILED -> word;
            case PageWord.PRESENT, PageWord.DEMOTING -> table.takeOver(page, PageWord.FAILED);
            case PageWord.LOCKED -> {
                remember(page);
                yield table.takeOver(page, PageWord.ABSENT);
            }
            default -> table.takeOver(page, PageWord.ABSENT);
        };
    }

    private void remember(long page) {
        if (unsettledCount == unsettled.length) {
            unsettled = Arrays.copyOf(unsettled, 2 * unsettledCount);
        }
        unsettled[unsettledCount++] = page;
    }

    /** The copy below is not there: nothing is lost if the page is in DRAM. */
    private long lose(long page, long word) {
        return switch (PageWord.state(word)) {
            case PageWord.CLEAN -> table.takeOver(page, PageWord.PRESENT);
            case PageWord.ABSENT, PageWord.FAILED -> table.takeOver(page, PageWord.FAILED);
            default -> word;
        };
    }

    private Tier tier(int tier) {
        return region.tiers().get(tier - PageWord.TIER_FIRST).tier();
    }
}
