// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.migrate.Demoter;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Pressure;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.TierUsage;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The reclaim agent, Remap's {@code kswapd}: one thread that keeps memory available above the low watermark, so that faults find some
 * without waiting. It also owns everything that must not run beside reclaim: the tiers' stores and frees, {@code pageOut}, opening and
 * closing of regions; these are handed to it as tasks.
 */
public final class ReclaimAgent implements Runnable, Pressure, PageEvents.Consumer, Demoter.Outcome {
    private static final long IDLE_NS = 50_000_000;
    private static final long STUCK_PAUSE_NS = 2_000_000;
    private static final long PUBLISH_NS = 10_000_000;
    private static final long COMPACT_NS = 2_000_000;

    /** Beside demotion, of which a batch takes half a millisecond. */
    private static final long COMPACT_BETWEEN_BATCHES_NS = 200_000;

    private static final int MAX_DEACTIVATIONS = 4 * Demoter.MAX_BATCH;

    private final RegionTable regions;
    private final DramBudget budget;
    private final PageEvents events;
    private final MemorySegment counters;
    private final Demoter demoter;
    private final Residents residents;
    private final StarvedFaults starved;
    private final PageTableReclaim pageTables;
    private final Writeback writeback;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final long[] victims = new long[Demoter.MAX_BATCH];
    private long publishedNs;
    private volatile boolean sleeping;
    private volatile @Nullable Thread thread;

    /** What the agent works on; {@code mm} is its own. */
    public record Parts(
            RegionTable regions,
            DramBudget budget,
            PageEvents events,
            MemorySegment counters,
            Mm mm,
            DeferredFaults deferred,
            FailureAction failureAction,
            Unmapper unmapper,
            Zapper zapper) {}

    /** An agent; it works once a thread runs it. */
    public ReclaimAgent(Parts parts) {
        regions = parts.regions;
        budget = parts.budget;
        events = parts.events;
        counters = parts.counters;
        demoter = new Demoter(parts.mm, parts.budget);
        residents = new Residents(parts.regions, parts.unmapper, CountersLayout.MAX_REGIONS);
        starved = new StarvedFaults(parts.deferred, parts.regions, parts.mm, parts.failureAction);
        pageTables = new PageTableReclaim(parts.mm, parts.zapper);
        writeback = new Writeback(parts.regions, parts.budget);
    }

    @Override
    public void taken() {
        if (sleeping && (budget.belowLow() || events.size() > PageEvents.CAPACITY / 2)) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void missing() {
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    /** Has the agent run something between two batches. What it throws ends the agent. */
    public void execute(Runnable task) {
        tasks.add(task);
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!Thread.currentThread().isInterrupted()) {
            cycle();
        }
    }

    private void cycle() {
        runTasks();
        events.drain(this);
        starved.collect(System.nanoTime());
        starved.serve(budget.available(), System.nanoTime());
        if (!budget.belowLow() && !starved.takeCameBack() && (starved.isEmpty() || budget.available() > 0)) {
            if (letGo() == 0) {
                rest();
            }
        } else if (!reclaim()) {
            pause(STUCK_PAUSE_NS);
        }
    }

    /** Frees memory until the high watermark is reached, serving who waits for some on the way; false if nothing could be freed. */
    boolean reclaim() {
        boolean freedAny = false;
        boolean freed;
        do {
            int left = writeBack() + shrink();
            freed = left + compact(left > 0 ? COMPACT_BETWEEN_BATCHES_NS : COMPACT_NS) > 0;
            freedAny |= freed;
            events.drain(this);
            long nowNs = System.nanoTime();
            starved.collect(nowNs);
            starved.serve(budget.available(), nowNs);
            publishCounters(nowNs);
        } while (freed && !budget.aboveHigh() && tasks.isEmpty());
        return freedAny;
    }

    private void rest() {
        writeBack();
        compact(COMPACT_NS);
        if (pageTables.hasWork()) {
            pageTables.run();
        }
        publishCounters(System.nanoTime());
        pause(IDLE_NS);
    }

    private void pause(long ns) {
        sleeping = true;
        if (tasks.isEmpty() && (ns < IDLE_NS || !budget.belowLow())) {
            LockSupport.parkNanos(ns);
        }
        sleeping = false;
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            events.drain(this);
            task.run();
        }
    }

    Residents residents() {
        return residents;
    }

    /** Migrates one batch of pages that are to bypass memory down, if there is one; answers the pages freed. */
    int letGo() {
        int count = residents.bypassed(victims);
        return count == 0 ? 0 : demote(count);
    }

    /** Migrates one batch of pages that were used, or else of victims, down; answers the pages freed. */
    int shrink() {
        int count = residents.used(victims);
        if (count == 0) {
            residents.deactivate(MAX_DEACTIVATIONS);
            count = residents.victims(victims);
        }
        counters.set(ValueLayout.JAVA_LONG, CountersLayout.INACTIVE_PAGES, residents.inactive());
        return demote(count);
    }

    private int demote(int count) {
        Arrays.sort(victims, 0, count);
        int freed = 0;
        for (int i = 0; i < count; ) {
            int end = i + 1;
            while (end < count && PageId.region(victims[end]) == PageId.region(victims[i])) {
                end++;
            }
            PagedRegion region = regions.get(PageId.region(victims[i]));
            if (region != null) {
                freed += demoter.demote(region, victims, i, end - i, this);
            }
            i = end;
        }
        counters.set(
                ValueLayout.JAVA_LONG,
                CountersLayout.RECLAIM_BATCHES,
                counters.get(ValueLayout.JAVA_LONG, CountersLayout.RECLAIM_BATCHES) + 1);
        return freed;
    }

    private int writeBack() {
        return writeback.isNeeded() ? writeback.run() : 0;
    }

    /**
     * Has tiers close gaps, for so long each; answers the bytes given back. Under pressure too: with the gaps that stores and frees of
     * other sizes leave, the pressure would only grow.
     */
    private long compact(long budgetNs) {
        long freed = 0;
        for (PagedRegion region : regions.all()) {
            for (PagedRegion.NamedTier tier : region.tiers()) {
                freed += tier.tier().compact(budgetNs);
            }
        }
        return freed;
    }

    /** Migrates the pages of a range down now; answers how many left. For a task. */
    public long pageOut(PagedRegion region, long first, long pages) {
        long left = 0;
        int count = 0;
        for (long page = touchedFrom(region, first); page < first + pages; page = touchedFrom(region, page + 1)) {
            long word = region.table().get(page);
            if (PageWord.isResident(word) && !PageWord.isLent(word)) {
                victims[count++] = region.pageId(page);
            }
            if (count == victims.length) {
                left += demote(count);
                count = 0;
            }
        }
        return left + demote(count);
    }

    /** Words that were never written are skipped: reading one takes memory, and a region may have billions. */
    private static long touchedFrom(PagedRegion region, long page) {
        return page % PagedRegion.BLOCK_PAGES == 0 ? region.table().nextTouched(page) : page;
    }

    /** Takes a new region in. For a task. */
    public void open(PagedRegion region, String policy) {
        residents.open(region, policy);
        regions.add(region);
    }

    /**
     * Takes in a region that a dead manager has left. Before the agent runs, and before anybody serves the region.
     *
     * @return pages that were in the middle of a change: a touch of them may end in poison that nobody recorded, until they are loaded
     */
    public long[] adopt(PagedRegion region, String policy) {
        open(region, policy);
        return new Adoption(region, budget, residents, writeback).run();
    }

    /** Moves the resident pages of a range to the inactive list. For a task. */
    public void cold(PagedRegion region, long first, long pages) {
        for (long page = touchedFrom(region, first); page < first + pages; page = touchedFrom(region, page + 1)) {
            if (PageWord.isResident(region.table().get(page))) {
                residents.cold(region.pageId(page));
            }
        }
        residents.flush();
    }

    /**
     * Drops a region that is not mapped any more, with all it holds. For a task.
     *
     * @param awaitFaults returns when no fault thread uses a region that has left the table
     */
    public void close(PagedRegion region, Runnable awaitFaults) {
        events.drain(this);
        residents.close(region);
        regions.remove(region);
        awaitFaults.run();
        events.drain(this);
        long resident = region.counters().get(CountersLayout.REGION_RESIDENT_PAGES);
        region.counters().repaired(region.counters().get(CountersLayout.REGION_FAILED_PAGES));
        region.counters().forget();
        region.mirrors().close();
        region.devices().close(region);
        region.close();
        budget.unchargeResident(resident);
    }

    @Override
    public void admitted(long pageId) {
        PagedRegion region = regions.get(PageId.region(pageId));
        if (region != null) {
            residents.admit(pageId);
        }
    }

    @Override
    public void forgotten(long pageId) {
        PagedRegion region = regions.get(PageId.region(pageId));
        if (region == null) {
            return;
        }
        if (Residents.hasLeft(region, PageId.page(pageId))) {
            residents.forget(pageId);
            pageTables.left(region, PageId.page(pageId));
        }
    }

    @Override
    public void freed(int regionId, int tier, long location) {
        PagedRegion region = regions.get(regionId);
        if (region != null && tier == PageWord.TIER_DEVICE) {
            region.devices().free(location);
        } else if (region != null) {
            region.tiers().get(tier - PageWord.TIER_FIRST).tier().free(location);
        }
    }

    @Override
    public void demoted(PagedRegion region, long page) {
        residents.evicted(region.pageId(page));
        regions.trace().evicted(region.pageId(page));
        writeback.stored(region, page);
        pageTables.left(region, page);
    }

    @Override
    public void kept(PagedRegion region, long page, boolean refused) {
        if (refused) {
            residents.refused(region.pageId(page));
        } else {
            residents.readmit(region.pageId(page));
        }
    }

    /** Brings the shared counters that are not kept as events happen up to date, now and then. */
    private void publishCounters(long nowNs) {
        if (nowNs - publishedNs < PUBLISH_NS) {
            return;
        }
        publishedNs = nowNs;
        counters.set(ValueLayout.JAVA_LONG, CountersLayout.REFAULTS, residents.refaults());
        for (PagedRegion region : regions.all()) {
            long pages = 0;
            long stored = 0;
            long occupied = 0;
            for (PagedRegion.NamedTier tier : region.tiers()) {
                TierUsage usage = tier.tier().usage();
                pages += usage.pages();
                stored += usage.storedBytes();
                occupied += usage.occupiedBytes();
            }
            region.counters().set(CountersLayout.REGION_STORED_PAGES, pages);
            region.counters().set(CountersLayout.REGION_STORED_BYTES, stored);
            region.counters().set(CountersLayout.REGION_OCCUPIED_BYTES, occupied);
        }
    }
}
