// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.mm.IntervalNotifier;
import dev.remap.linux.Mmap;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Migration down: takes victims out of DRAM, a batch at a time. The order is what survives a kill of the manager at any point:
 *
 * <ol>
 *   <li>{@link #begin}: dirty victims become DEMOTING, clean ones PUNCHING at once, since their copy below is valid. Pinned ones are
 *       given back. A touch from now on takes a DEMOTING page back by locking it.
 *   <li>{@link #invalidate}: devices that use the pages forget them.
 *   <li>{@link #protect}: DEMOTING pages are write-protected, so that what is copied is stable.
 *   <li>{@link #copyOut}: each is read with {@code pread}, and kept in its word if all its longs are the same. The others are stored
 *       with one call in the first tier, those it refuses in the next one: {@link #storeAll}; or, in a region of files without tiers,
 *       where they came from. What nobody takes is given back.
 *   <li>{@link #publishStored}: DEMOTING to PUNCHING, with the location. If a touch came first, the copy is freed instead.
 *   <li>{@link #punch}: PUNCHING pages leave the memfd and all mappings; then their words become ABSENT, and whoever waits is woken.
 *       A page that the kernel would not punch becomes CLEAN: it is protected, and its copy below is valid.
 * </ol>
 *
 * <p>Confined to the reclaim agent. Allocates nothing.
 */
public final class Demoter {
    /** The most victims of one batch. */
    public static final int MAX_BATCH = 64;

    private static final long PAGE = PagedRegion.PAGE_SIZE;

    /** What becomes of each victim. */
    public interface Outcome {
        /** The page has left DRAM. */
        void demoted(PagedRegion region, long page);

        /** The page stays: it was touched, pinned, or no tier takes it. */
        void kept(PagedRegion region, long page, boolean refused);
    }

    private final Mm mm;
    private final DramBudget budget;
    private final MemorySegment buffer = Arena.global().allocate(MAX_BATCH * PAGE, PAGE);
    private final PageBatch batch = new PageBatch(MAX_BATCH);
    private final long[] pages = new long[MAX_BATCH];
    private final long[] words = new long[MAX_BATCH];
    private final boolean[] refused = new boolean[MAX_BATCH];

    /** A demoter for the reclaim agent. */
    public Demoter(Mm mm, DramBudget budget) {
        this.mm = mm;
        this.budget = budget;
        Mmap.madvise(buffer.address(), buffer.byteSize(), Mmap.MADV_DONTFORK);
    }

    /**
     * Takes victims of one region out of DRAM.
     *
     * @param ids page ids in rising order, all of {@code region}
     * @param from index of the first one
     * @param count how many, at most {@link #MAX_BATCH}
     * @return pages that have left DRAM
     */
    public int demote(PagedRegion region, long[] ids, int from, int count, Outcome outcome) {
        begin(region, ids, from, count);
        invalidate(region, count);
        protect(region, count);
        copyOut(region, count);
        int left = punch(region, count);
        report(region, count, outcome);
        return left;
    }

    private void begin(PagedRegion region, long[] ids, int from, int count) {
        PageTable table = region.table();
        for (int i = 0; i < count; i++) {
            long page = PageId.page(ids[from + i]);
            pages[i] = page;
            refused[i] = false;
            long word = table.get(page);
            if (PageWord.state(word) == PageWord.PRESENT && !PageWord.isLent(word)) {
                words[i] = table.beginDemote(page, word);
            } else if (PageWord.state(word) == PageWord.CLEAN && !region.isPinned(page)) {
                words[i] = table.publishClean(page, word);
                region.counters()
                        .add(CountersLayout.REGION_CLEAN_EVICTED_PAGES, words[i] == PageTable.NOT_TAKEN ? 0 : 1);
            } else {
                words[i] = PageTable.NOT_TAKEN;
            }
            if (words[i] != PageTable.NOT_TAKEN && isDemoting(i) && region.isPinned(page)) {
                giveBack(region, i);
            }
        }
    }

    /** Has devices forget the pages that are taken. */
    private void invalidate(PagedRegion region, int count) {
        if (region.mirrors().isEmpty()) {
            return;
        }
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (words[i] != PageTable.NOT_TAKEN) {
                while (end < count && words[end] != PageTable.NOT_TAKEN && pages[end] == pages[end - 1] + 1) {
                    end++;
                }
                region.mirrors().invalidate(IntervalNotifier.Event.CLEAR, pages[i], end - i, null);
            }
            i = end;
        }
    }

    private void protect(PagedRegion region, int count) {
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (isDemoting(i)) {
                while (end < count && isDemoting(end) && pages[end] == pages[end - 1] + 1) {
                    end++;
                }
                if (mm.protect(region.address(pages[i]), (end - i) * PAGE) < 0) {
                    for (int j = i; j < end; j++) {
                        giveBack(region, j);
                    }
                }
            }
            i = end;
        }
    }

    private void copyOut(PagedRegion region, int count) {
        if (!region.writesToFiles()) {
            copyAndStore(region, count);
            return;
        }
        region.fileWrites().lock();
        try {
            copyAndStore(region, count);
        } finally {
            region.fileWrites().unlock();
        }
    }

    private void copyAndStore(PagedRegion region, int count) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            if (!isDemoting(i)) {
                continue;
            }
            long at = i * PAGE;
            if (region.table().get(pages[i]) != words[i]) {
                stolen(region, i);
            } else if (region.backing().read(pages[i], 1, buffer.address() + at) < 0) {
                giveBack(region, i);
            } else if (!publishFill(region, i, at)) {
                batch.add(pages[i], 0, buffer.address() + at);
            }
        }
        storeAll(region);
    }

    /** Keeps a page in its word if that is possible; a page of files that has nowhere else to go is written to its file instead. */
    private boolean publishFill(PagedRegion region, int i, long at) {
        BackingFiles files = region.files();
        long value = buffer.get(ValueLayout.JAVA_LONG, at);
        int fill = isFilledWith(value, at) ? PageWord.fillTier(value) : PageWord.TIER_NONE;
        if (fill == PageWord.TIER_NONE || region.writesToFiles()) {
            return false;
        }
        boolean zeros = value == 0 && files == null;
        words[i] = zeros
                ? region.table().publish(pages[i], words[i], PageWord.TIER_NONE, 0)
                : region.table().publish(pages[i], words[i], fill, PageWord.fillLocation(fill, value));
        if (words[i] != PageTable.NOT_TAKEN && !zeros) {
            region.counters().add(CountersLayout.REGION_SAME_FILLED_PAGES, 1);
        }
        return true;
    }

    private void storeAll(PagedRegion region) {
        BackingFiles files = region.files();
        if (batch.size() > 0 && files != null && region.writesToFiles()) {
            files.storeAll(batch);
            publishStored(region, PageWord.TIER_NONE, null);
        }
        for (int t = 0; t < region.tiers().size() && batch.size() > 0; t++) {
            Tier tier = region.tiers().get(t).tier();
            tier.storeAll(batch);
            publishStored(region, PageWord.TIER_FIRST + t, tier);
        }
        for (int b = 0; b < batch.size(); b++) {
            int i = indexAt(batch.address(b));
            refused[i] = true;
            giveBack(region, i);
        }
    }

    /** Publishes what has been stored, leaves what was refused in the batch, and frees the copies of pages that a touch came first to. */
    private void publishStored(PagedRegion region, int tierNumber, @Nullable Tier tier) {
        for (int b = 0; b < batch.size(); b++) {
            long location = batch.result(b);
            if (location < 0) {
                continue;
            }
            int i = indexAt(batch.address(b));
            words[i] = region.table().publish(pages[i], words[i], tierNumber, tier == null ? 0 : location);
            if (words[i] != PageTable.NOT_TAKEN) {
                region.counters().add(CountersLayout.REGION_BYTES_OUT, PAGE);
            } else if (tier != null) {
                tier.free(location);
            }
        }
        batch.keepRefused();
    }

    private int indexAt(long address) {
        return (int) ((address - buffer.address()) / PAGE);
    }

    private int punch(PagedRegion region, int count) {
        int left = 0;
        for (int i = 0; i < count; ) {
            int end = i + 1;
            if (isPunching(i)) {
                while (end < count && isPunching(end) && pages[end] == pages[end - 1] + 1) {
                    end++;
                }
                left += punchRun(region, i, end);
            }
            i = end;
        }
        return left;
    }

    private int punchRun(PagedRegion region, int from, int to) {
        boolean all = region.backing().punch(pages[from], to - from) >= 0;
        int left = 0;
        for (int i = from; i < to; i++) {
            if (all || !region.backing().has(pages[i])) {
                region.addResident(pages[i], -1);
                region.table().completePunch(pages[i], words[i]);
                left++;
            } else {
                region.table().abortPunch(pages[i], words[i]);
                words[i] = PageTable.NOT_TAKEN;
            }
        }
        region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -left);
        region.counters().add(CountersLayout.REGION_EVICTED_PAGES, left);
        budget.unchargeResident(left);
        mm.wake(region.address(pages[from]), (to - from) * PAGE);
        return left;
    }

    private void report(PagedRegion region, int count, Outcome outcome) {
        for (int i = 0; i < count; i++) {
            if (words[i] == PageTable.NOT_TAKEN) {
                outcome.kept(region, pages[i], refused[i]);
            } else {
                outcome.demoted(region, pages[i]);
            }
        }
    }

    private boolean isDemoting(int i) {
        return PageWord.state(words[i]) == PageWord.DEMOTING;
    }

    private boolean isPunching(int i) {
        return PageWord.state(words[i]) == PageWord.PUNCHING;
    }

    /** A touch has taken the page back. If a pin did, it must not find it protected. */
    private void stolen(PagedRegion region, int i) {
        words[i] = PageTable.NOT_TAKEN;
        if (region.isPinned(pages[i])) {
            mm.unprotect(region.address(pages[i]), PAGE);
        }
    }

    private void giveBack(PagedRegion region, int i) {
        region.table().revertDemote(pages[i], words[i]);
        words[i] = PageTable.NOT_TAKEN;
    }

    private boolean isFilledWith(long value, long at) {
        for (long offset = at + Long.BYTES; offset < at + PAGE; offset += Long.BYTES) {
            if (buffer.get(ValueLayout.JAVA_LONG, offset) != value) {
                return false;
            }
        }
        return true;
    }
}
