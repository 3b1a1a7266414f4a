// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.page.Mm;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.wire.PageWord;

/**
 * Gives back page-table pages of the application. A page that has been write-protected and punched leaves a marker in its page-table
 * entry, so the 4 KiB that map a 2 MiB block stay for ever; touches far apart would cost as much memory in page tables as in pages. When
 * the last page of a block has left DRAM, its words are locked, the markers cleared and the words unlocked; then the application's agent
 * zaps the block, upon which the kernel frees the page-table page (Linux 6.14, CONFIG_PT_RECLAIM; earlier kernels keep it).
 *
 * <p>The lock matters: clearing markers also unprotects, and a page that came in clean meanwhile would be writable unseen. Confined to
 * the reclaim agent.
 */
final class PageTableReclaim {
    private static final int BATCH = 64;
    private static final long BLOCK_BYTES = PagedRegion.BLOCK_PAGES * PagedRegion.PAGE_SIZE;

    private final Mm mm;
    private final Zapper zapper;
    private final long[] locked = new long[PagedRegion.BLOCK_PAGES];
    private final PagedRegion[] regions = new PagedRegion[BATCH];
    private final long[] blocks = new long[BATCH];
    private final long[] starts = new long[BATCH];
    private final long[] lengths = new long[BATCH];
    private int count;

    PageTableReclaim(Mm mm, Zapper zapper) {
        this.mm = mm;
        this.zapper = zapper;
    }

    /** Notes that a page has left DRAM, perhaps the last one of its block. */
    void left(PagedRegion region, long page) {
        long block = page / PagedRegion.BLOCK_PAGES;
        if (region.residentsOfBlock(block) > 0 || isNoted(region, block)) {
            return;
        }
        if (count == BATCH) {
            run();
        }
        regions[count] = region;
        blocks[count] = block;
        count++;
    }

    /** Clears the blocks noted so far, those that are still empty. */
    void run() {
        int ranges = 0;
        for (int i = 0; i < count; i++) {
            PagedRegion region = regions[i];
            if (!region.isClosing() && region.residentsOfBlock(blocks[i]) == 0 && clearMarkers(region, blocks[i])) {
                starts[ranges] = region.address(blocks[i] * PagedRegion.BLOCK_PAGES);
                lengths[ranges] = blockPages(region, blocks[i]) * PagedRegion.PAGE_SIZE;
                ranges++;
            }
        }
        count = 0;
        if (ranges > 0) {
            zapper.zap(starts, lengths, ranges);
        }
    }

    /** Whether blocks are noted. */
    boolean hasWork() {
        return count > 0;
    }

    private boolean isNoted(PagedRegion region, long block) {
        for (int i = 0; i < count; i++) {
            if (blocks[i] == block && regions[i] == region) {
                return true;
            }
        }
        return false;
    }

    private boolean clearMarkers(PagedRegion region, long block) {
        PageTable table = region.table();
        long first = block * PagedRegion.BLOCK_PAGES;
        int pages = blockPages(region, block);
        int taken = 0;
        while (taken < pages) {
            long word = table.get(first + taken);
            locked[taken] =
                    PageWord.state(word) == PageWord.ABSENT ? table.lock(first + taken, word) : PageTable.NOT_TAKEN;
            if (locked[taken] == PageTable.NOT_TAKEN) {
                break;
            }
            taken++;
        }
        boolean all = taken == pages && mm.unprotect(region.address(first), pages * PagedRegion.PAGE_SIZE) >= 0;
        for (int i = 0; i < taken; i++) {
            table.unlockAbsent(first + i, locked[i]);
        }
        if (taken > 0) {
            mm.wake(region.address(first), Math.min(BLOCK_BYTES, taken * PagedRegion.PAGE_SIZE));
        }
        return all;
    }

    private static int blockPages(PagedRegion region, long block) {
        return (int) Math.min(PagedRegion.BLOCK_PAGES, region.pages() - block * PagedRegion.BLOCK_PAGES);
    }
}
