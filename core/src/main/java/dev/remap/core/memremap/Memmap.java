// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.DeviceFrames;
import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.driver.Tier;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.PfnRange;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * All page frames: which region or pagemap has each, and which page is in it. Thread-safe; lookups allocate nothing.
 */
public final class Memmap implements DeviceFrames {
    private static final RegisteredPagemap[] NO_PAGEMAPS = {};

    private final RegionTable regions;
    private final ResourceTree resources = new ResourceTree();
    private final ConcurrentHashMap<PagedRegion, ResourceTree.Resource> ofRegions = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<Long, PagedRegion> byFirst = new ConcurrentSkipListMap<>();
    /** Copies below of pages that a former manager's devices have lost, by frame; only while regions are being adopted. */
    private final Map<Long, Long> lostShadows = new HashMap<>();

    private volatile RegisteredPagemap[] pagemaps = NO_PAGEMAPS;
    private @Nullable DeviceServices services;

    /** Of the regions in a table. */
    public Memmap(RegionTable regions) {
        this.regions = regions;
    }

    /** Sets who moves pages. Before a device is bound. */
    public void services(DeviceServices value) {
        services = value;
    }

    DeviceServices services() {
        return Objects.requireNonNull(services);
    }

    /** The regions. */
    public RegionTable regions() {
        return regions;
    }

    /** Who has which frames. */
    public ResourceTree resources() {
        return resources;
    }

    /** Gives a region frames for its DRAM. Before it is served. */
    public void open(PagedRegion region) throws IOException {
        ResourceTree.Resource resource = resources.claim(
                PfnRange.anywhere(region.pages()),
                ResourceTree.Kind.SYSTEM_RAM,
                region.config().name());
        ofRegions.put(region, resource);
        byFirst.put(resource.range().first(), region);
    }

    @Override
    public void close(PagedRegion region) {
        for (RegisteredPagemap pagemap : pagemaps) {
            if (pagemap.pagesInUse() > 0) {
                putAll(region, pagemap);
            }
        }
        ResourceTree.Resource resource = ofRegions.remove(region);
        if (resource != null) {
            byFirst.remove(resource.range().first());
            resources.release(resource);
        }
    }

    private static void putAll(PagedRegion region, RegisteredPagemap pagemap) {
        for (long pfn : pagemap.inUse()) {
            if (pagemap.pageIn(pfn) >= 0 && PageId.region(pagemap.pageIn(pfn)) == region.id()) {
                pagemap.put(pfn);
            }
        }
    }

    /** The frame of a page in DRAM. */
    public long pfn(PagedRegion region, long page) {
        return Objects.requireNonNull(ofRegions.get(region)).range().first() + page;
    }

    /** The region that has a frame in its DRAM, or null. */
    public @Nullable PagedRegion region(long pfn) {
        Map.Entry<Long, PagedRegion> entry = byFirst.floorEntry(pfn);
        return entry != null && pfn - entry.getKey() < entry.getValue().pages() ? entry.getValue() : null;
    }

    /** The page of a region that a frame of its DRAM is for. */
    long page(PagedRegion region, long pfn) {
        return pfn - Objects.requireNonNull(ofRegions.get(region)).range().first();
    }

    /** The pagemap that has a frame, or null. */
    public @Nullable RegisteredPagemap pagemap(long pfn) {
        for (RegisteredPagemap pagemap : pagemaps) {
            if (pagemap.contains(pfn)) {
                return pagemap;
            }
        }
        return null;
    }

    /** All pagemaps. Not to be changed. */
    public RegisteredPagemap[] pagemaps() {
        return pagemaps;
    }

    /**
     * Registers a pagemap, all its ranges or none.
     *
     * @param kept what a former manager's instance had, to be continued; null for a new one
     */
    RegisteredPagemap register(BoundDevice device, DevicePagemap pagemap, @Nullable KeptPagemap kept)
            throws IOException {
        PagemapChecks.check(device.name(), pagemap);
        List<PfnRange> ranges = kept == null ? pagemap.ranges() : kept.ranges(pagemap.ranges());
        List<ResourceTree.Resource> claimed = new ArrayList<>();
        boolean registered = false;
        try {
            for (PfnRange range : ranges) {
                claimed.add(resources.claim(range, ResourceTree.Kind.DEVICE, device.name()));
            }
            RegisteredPagemap made = new RegisteredPagemap(
                    device, pagemap, this, claimed, kept == null ? null : kept.duplicateDescriptors());
            add(made);
            registered = true;
            return made;
        } finally {
            if (!registered) {
                claimed.forEach(resources::release);
            }
        }
    }

    private synchronized void add(RegisteredPagemap pagemap) {
        RegisteredPagemap[] next = Arrays.copyOf(pagemaps, pagemaps.length + 1);
        next[next.length - 1] = pagemap;
        pagemaps = next;
    }

    /** Ends a pagemap that has drained. */
    void unregister(RegisteredPagemap pagemap) {
        synchronized (this) {
            pagemaps = Arrays.stream(pagemaps).filter(other -> other != pagemap).toArray(RegisteredPagemap[]::new);
        }
        pagemap.resources().forEach(resources::release);
        pagemap.close();
    }

    /**
     * At a takeover, before devices are bound again: keeps the frames of a former manager's pagemap for their device, if it can have them
     * again, and remembers where copies below are of their pages.
     */
    public void remember(String device, KeptPagemap kept) throws IOException {
        if (kept.survives()) {
            for (PfnRange range : kept.ranges()) {
                resources.reserve(range, device);
            }
        }
        kept.forEachShadow(lostShadows::put);
    }

    /** Devices have been bound again, those that could be. */
    public void rebound() {
        resources.endReservations();
    }

    /**
     * All regions of a former manager are adopted: frames that were in use then, and that no word names, are free.
     *
     * @param devices those that were bound again
     */
    void adopted(List<BoundDevice> devices) {
        lostShadows.clear();
        for (BoundDevice device : devices) {
            for (RegisteredPagemap pagemap : device.pagemaps()) {
                for (long pfn : pagemap.adopted()) {
                    if (!isNamed(pagemap, pfn)) {
                        pagemap.put(pfn);
                    }
                }
            }
        }
    }

    private boolean isNamed(RegisteredPagemap pagemap, long pfn) {
        long id = pagemap.pageIn(pfn);
        PagedRegion region = id < 0 ? null : regions.get(PageId.region(id));
        if (region == null || PageId.page(id) >= region.pages()) {
            return id < 0;
        }
        long word = region.table().get(PageId.page(id));
        return PageWord.tier(word) == PageWord.TIER_DEVICE && PageWord.location(word) == pfn;
    }

    @Override
    public Tier.Fetcher newFetcher(PagedRegion region) {
        return new DeviceFetcher(this, region);
    }

    @Override
    public void free(long pfn) {
        RegisteredPagemap pagemap = pagemap(pfn);
        if (pagemap != null) {
            pagemap.put(pfn);
        }
    }

    @Override
    public boolean adopt(PagedRegion region, long page, long pfn) {
        RegisteredPagemap pagemap = pagemap(pfn);
        return pagemap != null && pagemap.pageIn(pfn) == region.pageId(page);
    }

    @Override
    public long shadow(long pfn) {
        return lostShadows.getOrDefault(pfn, 0L);
    }

    @Override
    public String name(long pfn) {
        RegisteredPagemap pagemap = pagemap(pfn);
        return pagemap == null ? "device" : pagemap.device().name();
    }
}
