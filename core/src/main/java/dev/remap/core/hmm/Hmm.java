// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.memremap.BoundDevice;
import dev.remap.core.memremap.DeviceServices;
import dev.remap.core.memremap.Memmap;
import dev.remap.core.memremap.RegisteredPagemap;
import dev.remap.core.migrate.FailureAction;
import dev.remap.core.migrate.Pressure;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.mm.IntervalNotifier.Event;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.PagemapType;
import dev.remap.driver.mm.Vma;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How devices reach the pages of regions. Thread-safe. */
public final class Hmm implements DeviceServices {
    /** Ranges of a region with different rights of devices. */
    private static final int MOST_RANGES = 1024;

    private static final long FAIL_NS = 1_000_000_000;

    private final Parts parts;
    private final ExclusiveFrames exclusive;
    private final Below below;
    private Runnable onFirstExclusive = () -> {};
    private boolean exclusiveUsed;
    private final ConcurrentLinkedQueue<HmmTools> tools = new ConcurrentLinkedQueue<>();

    /**
     * What it works on.
     *
     * @param mm makes one more for a thread
     * @param reclaim runs tasks on the reclaim agent
     */
    public record Parts(
            RegionTable regions,
            Memmap memmap,
            DramBudget budget,
            PageEvents events,
            Pressure pressure,
            FailureAction failureAction,
            Supplier<Mm> mm,
            Executor reclaim) {}

    /** For the regions of one application. */
    public Hmm(Parts parts) {
        this.parts = parts;
        exclusive = new ExclusiveFrames(parts.budget());
        below = new Below(parts.reclaim(), parts.events());
        parts.memmap().services(this);
    }

    /** The driver of frames for exclusive access, to be bound as the others are. */
    public ExclusiveFrames exclusive() {
        return exclusive;
    }

    /** Sets what binds the device of these frames, when the first page is wanted exclusively. Before a device is bound. */
    public void onFirstExclusive(Runnable bind) {
        onFirstExclusive = bind;
    }

    /** The frames, whose device is bound since. */
    synchronized ExclusiveFrames exclusiveInUse() {
        if (!exclusiveUsed && !exclusive.isBound()) {
            onFirstExclusive.run();
        }
        exclusiveUsed = true;
        return exclusive;
    }

    Memmap memmap() {
        return parts.memmap();
    }

    Below below() {
        return below;
    }

    /** Prepares a region for devices. Before it is served; undone when the region is closed by reclaim. */
    public void open(PagedRegion region) throws IOException {
        parts.memmap().open(region);
        region.devices(parts.memmap(), new RegionMirrors(region.pages()));
    }

    RegionMirrors mirrors(PagedRegion region) {
        return (RegionMirrors) region.mirrors();
    }

    /** A region as a device sees it. */
    public Vma vma(BoundDevice device, PagedRegion region) {
        return new DeviceVma(this, device, region);
    }

    HmmTools takeTools() {
        HmmTools free = tools.poll();
        return free == null ? new HmmTools(parts) : free;
    }

    void giveBackTools(HmmTools used) {
        tools.add(used);
    }

    /**
     * Sets what devices may do to pages, of {@link dev.remap.wire.DeviceAccessCode}, and returns when none does otherwise.
     *
     * @return false if too many ranges would have to be told apart; nothing is changed then
     */
    public boolean protect(PagedRegion region, long first, long pages, int access) {
        if (!region.deviceAccess().trySet(first, pages, access, MOST_RANGES)) {
            return false;
        }
        if (pages > 0) {
            region.mirrors().invalidate(Event.PROTECTION, first, pages, null);
        }
        return true;
    }

    /** Whether a page of any region is in a frame of any device. */
    public boolean hasPagesOnDevices() {
        for (RegisteredPagemap pagemap : parts.memmap().pagemaps()) {
            if (pagemap.pagesInUse() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Brings a region's pages back to DRAM from all devices; answers how many are left when time is up. */
    public long bringBack(PagedRegion region, long timeoutNs) {
        Backoff backoff = new Backoff(timeoutNs);
        HmmTools own = takeTools();
        long left = 0;
        try {
            for (RegisteredPagemap pagemap : parts.memmap().pagemaps()) {
                for (long pfn : pagemap.inUse()) {
                    Occupant occupant = occupant(pagemap, pfn);
                    boolean isOurs = occupant != null && occupant.region == region;
                    MigrateReason end = isOurs ? evict(own, pagemap, pfn, backoff) : null;
                    left += end != null && end != MigrateReason.MIGRATED ? 1 : 0;
                }
            }
        } finally {
            giveBackTools(own);
        }
        return left;
    }

    @Override
    public Map<MigrateReason, Long> evict(RegisteredPagemap pagemap, long firstPfn, long count, long timeoutNs) {
        Map<MigrateReason, Long> outcome = new EnumMap<>(MigrateReason.class);
        long[] frames = pagemap.inUse();
        if (frames.length == 0) {
            return outcome; // tools, which are kept, are not made for nothing
        }
        Backoff backoff = new Backoff(timeoutNs);
        HmmTools own = takeTools();
        try {
            for (long pfn : frames) {
                MigrateReason end =
                        pfn >= firstPfn && pfn - firstPfn < count ? evict(own, pagemap, pfn, backoff) : null;
                if (end != null) {
                    outcome.merge(end, 1L, Long::sum);
                }
            }
        } finally {
            giveBackTools(own);
        }
        return outcome;
    }

    /** Null if no page is in the frame any more. */
    private @Nullable MigrateReason evict(HmmTools own, RegisteredPagemap pagemap, long pfn, Backoff backoff) {
        Occupant occupant = occupant(pagemap, pfn);
        if (occupant == null) {
            return null;
        }
        PagedRegion region = occupant.region;
        if (!region.tryUse()) {
            return MigrateReason.CLOSING;
        }
        try {
            Return back = new Return(own, region, occupant.page, pfn);
            boolean moved = back.run(backoff);
            return moved || back.reason() != MigrateReason.MIGRATED ? back.reason() : null;
        } finally {
            region.endUse();
        }
    }

    /** A page that was in a frame when somebody looked: it may have left since, which its word tells. */
    private record Occupant(PagedRegion region, long page) {}

    /** Looks once: at a second look the frame may be free, or another region's. */
    private @Nullable Occupant occupant(RegisteredPagemap pagemap, long pfn) {
        long id = pagemap.pageIn(pfn);
        PagedRegion region = id < 0 ? null : parts.regions().get(PageId.region(id));
        return region == null || PageId.page(id) >= region.pages() ? null : new Occupant(region, PageId.page(id));
    }

    @Override
    public long fail(RegisteredPagemap pagemap, long firstPfn, long count, ErrorCode code, String why) {
        HmmTools own = takeTools();
        long failed = 0;
        try {
            for (long pfn : pagemap.inUse()) {
                Occupant occupant = occupant(pagemap, pfn);
                if (pfn >= firstPfn && pfn - firstPfn < count && occupant != null) {
                    failed += fail(own, occupant.region, occupant.page, pfn, pagemap, code, why) ? 1 : 0;
                }
            }
        } finally {
            giveBackTools(own);
        }
        return failed;
    }

    /** Fails one page; what was below when the device last acknowledged a result takes its place, if there is that. */
    private boolean fail(
            HmmTools own,
            PagedRegion region,
            long page,
            long pfn,
            RegisteredPagemap pagemap,
            ErrorCode code,
            String why) {
        if (!region.tryUse()) {
            return false;
        }
        try {
            Backoff backoff = new Backoff(FAIL_NS);
            do {
                long word = region.table().get(page);
                int state = PageWord.state(word);
                boolean there = PageWord.tier(word) == PageWord.TIER_DEVICE && PageWord.location(word) == pfn;
                boolean settled = state != PageWord.LOCKED && state != PageWord.PUNCHING;
                if (settled && !there) {
                    return false;
                }
                long locked = settled ? region.table().lock(page, word) : PageTable.NOT_TAKEN;
                if (locked != PageTable.NOT_TAKEN) {
                    lose(own, region, page, pfn, word, locked, pagemap, code, why);
                    return true;
                }
            } while (backoff.pause());
            return false;
        } finally {
            region.endUse();
        }
    }

    private void lose(
            HmmTools own,
            PagedRegion region,
            long page,
            long pfn,
            long word,
            long locked,
            RegisteredPagemap pagemap,
            ErrorCode code,
            String why) {
        region.mirrors().invalidate(Event.CLEAR, page, 1, null);
        if (pagemap.description().type() == PagemapType.COHERENT && PageWord.isResident(word)) {
            region.backing().punch(page, 1);
            region.addResident(page, -1);
        }
        long copy = pagemap.shadow(pfn, 0);
        if (copy != 0) {
            region.table().unlockAbsent(page, locked, Below.tier(copy), Below.location(copy));
            own.mm().wake(region.address(page), PagedRegion.PAGE_SIZE);
            region.releaseCopy(locked, parts.events());
            return;
        }
        long lost = region.table().loseCopy(page, locked);
        if (PageWord.state(word) != PageWord.FAILED) {
            own.failureAction().fail(region, page, lost, code, why + " (" + PageWord.describe(word) + ")", own.mm());
        } else {
            region.table().unlockFailed(page, lost);
        }
        region.releaseCopy(locked, parts.events());
    }

    @Override
    public boolean writeBack(RegisteredPagemap pagemap, long firstPfn, long count) {
        if (pagemap.description().type() != PagemapType.PRIVATE
                || pagemap.description().survivesManager()) {
            return true;
        }
        HmmTools own = takeTools();
        boolean all = true;
        try {
            for (long pfn : pagemap.inUse()) {
                Occupant occupant = occupant(pagemap, pfn);
                boolean isAsked = pfn >= firstPfn && pfn - firstPfn < count;
                if (isAsked && occupant != null && occupant.region.hasShadow()) {
                    all &= writeBack(own, occupant, pagemap, pfn);
                }
            }
        } finally {
            giveBackTools(own);
        }
        return all;
    }

    private boolean writeBack(HmmTools own, Occupant occupant, RegisteredPagemap pagemap, long pfn) {
        PagedRegion region = occupant.region;
        long page = occupant.page;
        if (!region.tryUse()) {
            return true;
        }
        try {
            long word = region.table().get(page);
            boolean there = PageWord.state(word) == PageWord.ABSENT
                    && PageWord.tier(word) == PageWord.TIER_DEVICE
                    && PageWord.location(word) == pfn;
            if (!there || own.source().read(region, page, word, own.staging(0)) != 0) {
                return !there; // in DRAM by now: nothing is lost with the device
            }
            long copy = below.store(region, page, own.staging(0));
            long before = pagemap.shadow(pfn, copy);
            if (before != 0) {
                below.free(region, before);
            }
            return copy != 0;
        } finally {
            region.endUse();
        }
    }

    @Override
    public void freeShadow(long pageId, long copy) {
        PagedRegion region = parts.regions().get(PageId.region(pageId));
        if (region != null) {
            below.free(region, copy);
        }
    }

    @Override
    public void hurry() {
        parts.pressure().missing();
    }

    @Override
    public void forget(BoundDevice device) {
        for (PagedRegion region : parts.regions().all()) {
            if (region.mirrors() instanceof RegionMirrors mirrors) {
                mirrors.forget(device);
            }
        }
    }

    @Override
    public List<String> holders(BoundDevice device) {
        List<String> lines = new ArrayList<>();
        for (PagedRegion region : parts.regions().all()) {
            long watched = region.mirrors() instanceof RegionMirrors mirrors ? mirrors.watched(device) : 0;
            if (watched > 0) {
                lines.add("mirror of " + watched + " pages of region "
                        + region.config().name());
            }
        }
        return lines;
    }
}
