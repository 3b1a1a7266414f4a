// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Pressure;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionCounters;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.PageAccount;
import dev.remap.linux.FileIo;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A simulated application and kernel with one region over one tier, and the parts of a manager that all agents share. */
public final class Machine implements AutoCloseable {
    public static final long BASE = 0x7000_0000_0000L;
    public static final int REGION = 3;

    public final MemorySegment counters;
    public final DramBudget budget;
    public final PageEvents events = new PageEvents();
    public final RegionTable regions = new RegionTable();
    public final SimulatedKernel kernel;
    public final SimulatedMm mm;
    public final SimulatedTier tier;
    public final PagedRegion region;
    public final AtomicInteger aborts = new AtomicInteger();
    /** Whether the application may be ended. */
    public boolean mayAbort = true;

    public final FailureAction failureAction = new FailureAction(new FailureAction.Abort() {
        @Override
        public boolean isPermitted() {
            return mayAbort;
        }

        @Override
        public void run() {
            aborts.incrementAndGet();
        }
    });
    public final CountingPressure pressure = new CountingPressure();
    public final List<Long> admitted = new ArrayList<>();
    public final List<Long> forgotten = new ArrayList<>();

    private @Nullable SimulatedTier lower;
    private long ballast;

    /** Counts what would wake the reclaim agent. */
    public static final class CountingPressure implements Pressure {
        public final AtomicInteger taken = new AtomicInteger();
        public final AtomicInteger missing = new AtomicInteger();
        private Runnable onMissing = () -> {};

        /** Runs something whenever memory is missing. */
        public void onMissing(Runnable value) {
            onMissing = value;
        }

        @Override
        public void taken() {
            taken.incrementAndGet();
        }

        @Override
        public void missing() {
            missing.incrementAndGet();
            onMissing.run();
        }
    }

    public Machine(int pages) {
        this(pages, FailurePolicy.POISON, 1_000_000_000L);
    }

    public Machine(int pages, FailurePolicy policy, long maxStallNs) {
        counters = Arena.ofAuto().allocate(CountersLayout.FILE_BYTES, 8);
        budget = new DramBudget(counters, DramBudget.MIN_LIMIT_PAGES);
        kernel = new SimulatedKernel(BASE, pages);
        mm = new SimulatedMm(kernel);
        tier = new SimulatedTier();
        long bytes = pages * PagedRegion.PAGE_SIZE;
        PagedRegion.Config config = new PagedRegion.Config(REGION, "test", BASE, bytes, policy, maxStallNs);
        try {
            region = region(config, new PageTable("test", pages), new RegionCounters(counters, REGION));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is left of a machine whose manager is dead, for another manager to take in. */
    private Machine(Machine dead) {
        counters = dead.counters;
        budget = new DramBudget(counters, DramBudget.MIN_LIMIT_PAGES);
        budget.clear();
        kernel = dead.kernel;
        mm = new SimulatedMm(kernel);
        tier = dead.tier;
        try {
            int words = (int) FileIo.fcntlDup(dead.region.table().fd());
            PageTable table = PageTable.adopt(dead.region.pages(), words);
            region = region(dead.region.config(), table, RegionCounters.adopt(counters, REGION));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another manager's parts over this one's kernel, words and tier. This one must do nothing any more. */
    public Machine afterDeath() {
        return new Machine(this);
    }

    private PagedRegion region(PagedRegion.Config config, PageTable table, RegionCounters figures) throws IOException {
        PagedRegion made = new PagedRegion(config, table, new SimulatedBacking(kernel, 0), figures);
        made.tiers(List.of(new PagedRegion.NamedTier("sim", false, false, tier)));
        regions.add(made);
        return made;
    }

    /** Makes the tier charge what it stores, and move it about when it compacts. */
    public void liveTier() {
        tier.useDram(new PageAccount() {
            @Override
            public boolean tryCharge(long pages) {
                return budget.tryCharge(pages);
            }

            @Override
            public void chargeAdopted(long pages) {
                budget.chargeAdopted(pages);
            }

            @Override
            public void uncharge(long pages) {
                budget.uncharge(pages);
            }
        });
        tier.relocate((page, from, to) -> region.table().relocate(page, PageWord.TIER_FIRST, from, to));
        region.tiers(List.of(new PagedRegion.NamedTier("sim", true, false, tier)));
    }

    /** Adds a tier below the first, which uses no DRAM. */
    public SimulatedTier addLowerTier() {
        SimulatedTier made = new SimulatedTier();
        lower = made;
        List<PagedRegion.NamedTier> tiers = new ArrayList<>(region.tiers());
        tiers.add(new PagedRegion.NamedTier("lower", false, true, made));
        region.tiers(tiers);
        return made;
    }

    /** Puts a file of zeros at the bottom; {@code isPrivate} says whether tiers take what is changed. */
    public SimulatedFiles files(boolean isPrivate) {
        SimulatedFiles files = new SimulatedFiles((int) region.pages());
        region.files(files);
        if (!isPrivate) {
            region.tiers(List.of());
        }
        return files;
    }

    /** Leaves only so many pages that faults could take. */
    public void leaveAvailable(long pages) {
        long take = Math.max(-ballast, budget.available() - pages);
        assertThat(take <= 0 || budget.tryChargeResident(take)).isTrue();
        if (take < 0) {
            budget.unchargeResident(-take);
        }
        ballast += take;
    }

    /** Pages charged by {@link #leaveAvailable}. */
    public long ballast() {
        return ballast;
    }

    public int state(long page) {
        return PageWord.state(region.table().get(page));
    }

    public int tierOf(long page) {
        return PageWord.tier(region.table().get(page));
    }

    public long counter(long counter) {
        return region.counters().get(counter);
    }

    public long address(long page) {
        return region.address(page);
    }

    /** Does what the reclaim agent does with events, and notes those about pages. */
    public void drain() {
        events.drain(new PageEvents.Consumer() {
            @Override
            public void admitted(long pageId) {
                admitted.add(PageId.page(pageId));
            }

            @Override
            public void forgotten(long pageId) {
                forgotten.add(PageId.page(pageId));
            }

            @Override
            public void freed(int regionId, int tierNumber, long location) {
                assertThat(regionId).isEqualTo(REGION);
                if (tierNumber == PageWord.TIER_DEVICE) {
                    region.devices().free(location);
                    return;
                }
                region.tiers().get(tierNumber - PageWord.TIER_FIRST).tier().free(location);
            }
        });
    }

    /** Holds words, memory, tier and figures to each other. Nobody may be moving a page. */
    public void checkAccounting() {
        long resident = 0;
        long lent = 0;
        long fills = 0;
        Map<Long, Long> named = new TreeMap<>();
        Map<Long, Long> namedLower = new TreeMap<>();
        for (long page = 0; page < region.pages(); page++) {
            long word = region.table().get(page);
            String what = PageWord.describe(word) + " but " + kernel.describe(page);
            assertThat(PageWord.isResident(word)).as(what).isEqualTo(kernel.isCached(page));
            resident += PageWord.isResident(word) && !PageWord.isLent(word) ? 1 : 0;
            lent += PageWord.isLent(word) ? 1 : 0;
            fills += PageWord.isFill(PageWord.tier(word)) ? 1 : 0;
            assertThat(PageWord.state(word) == PageWord.CLEAN && kernel.isWritable(page))
                    .as(what)
                    .isFalse();
            assertThat(PageWord.state(word)).as(what).isNotIn(PageWord.LOCKED, PageWord.DEMOTING, PageWord.PUNCHING);
            if (PageWord.isStored(PageWord.tier(word))) {
                (PageWord.tier(word) == PageWord.TIER_FIRST ? named : namedLower).put(PageWord.location(word), page);
            }
        }
        assertThat(kernel.cachedPages()).isEqualTo(resident + lent);
        checkFigures(resident, fills);
        assertThat(tier.contents()).isEqualTo(named);
        assertThat(tier.check()).isEmpty();
        if (lower != null) {
            assertThat(lower.contents()).isEqualTo(namedLower);
            assertThat(lower.check()).isEmpty();
        }
        checkBlocks();
    }

    private void checkFigures(long resident, long fills) {
        assertThat(counter(CountersLayout.REGION_RESIDENT_PAGES))
                .as("resident pages")
                .isEqualTo(resident);
        assertThat(budget.used() - budget.tierPages() - ballast)
                .as("charged pages")
                .isEqualTo(resident);
        assertThat(counter(CountersLayout.REGION_SAME_FILLED_PAGES))
                .as("same-filled")
                .isEqualTo(fills);
        Set<Long> failed = new HashSet<>();
        for (long page = 0; page < region.pages(); page++) {
            if (state(page) == PageWord.FAILED) {
                failed.add(page);
            }
        }
        assertThat(region.failures().from(0, Integer.MAX_VALUE))
                .extracting(entry -> entry.page())
                .containsExactlyInAnyOrderElementsOf(failed);
        assertThat(counter(CountersLayout.REGION_FAILED_PAGES)).isEqualTo(failed.size());
    }

    private void checkBlocks() {
        for (long block = 0; block * PagedRegion.BLOCK_PAGES < region.pages(); block++) {
            int count = 0;
            long first = block * PagedRegion.BLOCK_PAGES;
            for (long page = first; page < Math.min(region.pages(), first + PagedRegion.BLOCK_PAGES); page++) {
                count += PageWord.isResident(region.table().get(page)) ? 1 : 0;
            }
            assertThat(region.residentsOfBlock(block))
                    .as("residents of block " + block)
                    .isEqualTo(count);
        }
    }

    @Override
    public void close() {
        region.close();
    }
}
