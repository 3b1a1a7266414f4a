// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.driver.BackingFiles;
import dev.remap.driver.Tier;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One region of an application: its address range, page words, memory and tiers. Thread-safe as far as its parts are.
 */
public final class PagedRegion implements AutoCloseable {
    /** Bytes of a page. */
    public static final long PAGE_SIZE = 4096;

    private static final int PAGE_SHIFT = 12;

    /** Pages that one page of the application's page tables maps. */
    public static final int BLOCK_PAGES = 512;

    /** What a region is, as it was asked for. */
    public record Config(
            int id, String name, long baseAddress, long sizeBytes, FailurePolicy failurePolicy, long maxStallNs) {}

    /**
     * A tier of this region, with its name for messages.
     *
     * @param isSlow whether a fetch takes so long that other faults should be answered meanwhile
     */
    public record NamedTier(String name, boolean usesDram, boolean isSlow, Tier tier) {}

    private final Config config;
    private final PageTable table;
    private final Backing backing;
    private final RegionCounters counters;
    private final SparseArray referenced;
    private final SparseArray marks;
    private final SparseArray pins;
    private final SparseArray blockResidents;
    private final SparseArray queued;
    private final PageFailures failures = new PageFailures();
    private final AdvisedRanges advice = new AdvisedRanges();
    private final PageRanges deviceAccess = new PageRanges();
    private final AtomicInteger users = new AtomicInteger();
    private List<NamedTier> tiers = List.of();
    private @Nullable BackingFiles files;
    private final ReentrantLock fileWrites = new ReentrantLock();
    private DeviceFrames devices = DeviceFrames.NONE;
    private Mirrors mirrors = Mirrors.NONE;
    private boolean shadow;
    private volatile boolean closing;
    private boolean shared;
    /** Pins that a dead manager has counted, whosever they were, until all that may have some have told theirs. */
    private volatile @Nullable SparseArray inheritedPins;

    private @Nullable SparseArray formerPins;

    /** Takes over table and backing. */
    public PagedRegion(Config config, PageTable table, Backing backing, RegionCounters counters) throws IOException {
        this(config, table, backing, counters, new SparseArray(table.pages() * Integer.BYTES));
    }

    /** Takes over table, backing, and an int a page: how many pins cover it. */
    public PagedRegion(Config config, PageTable table, Backing backing, RegionCounters counters, SparseArray pins)
            throws IOException {
        this.config = config;
        this.table = table;
        this.backing = backing;
        this.counters = counters;
        long pages = table.pages();
        referenced = new SparseArray(pages);
        marks = new SparseArray(pages);
        this.pins = pins;
        queued = new SparseArray(pages);
        blockResidents = new SparseArray((pages / BLOCK_PAGES + 1) * Integer.BYTES);
    }

    /** Sets the tiers, fastest first. Before the region is used. */
    public void tiers(List<NamedTier> value) {
        tiers = List.copyOf(value);
    }

    /** The tiers, fastest first; tier number {@code TIER_FIRST + i} of the page word is element i. */
    public List<NamedTier> tiers() {
        return tiers;
    }

    /** Whether a page whose word names this tier takes long to fetch. Files do: page cache or not, they are read by system calls. */
    public boolean isSlow(int tier) {
        if (tier == PageWord.TIER_NONE) {
            return files != null;
        }
        if (tier == PageWord.TIER_DEVICE) {
            return true;
        }
        return PageWord.isStored(tier) && tiers.get(tier - PageWord.TIER_FIRST).isSlow();
    }

    /** Sets where pages are that devices have, and who has mirrors of pages. Before the region is used. */
    public void devices(DeviceFrames frames, Mirrors devicesThatMirror) {
        devices = frames;
        mirrors = devicesThatMirror;
    }

    /** Where pages are that devices have. */
    public DeviceFrames devices() {
        return devices;
    }

    /** Devices that use pages of this region in DRAM. */
    public Mirrors mirrors() {
        return mirrors;
    }

    /** Sets whether pages on devices that do not survive the manager keep a copy below. Before the region is used. */
    public void shadow(boolean value) {
        shadow = value;
    }

    /** Whether pages on devices that do not survive the manager keep a copy below. */
    public boolean hasShadow() {
        return shadow;
    }

    /** Puts existing files at the bottom. Before the region is used. */
    public void files(BackingFiles value) {
        files = value;
    }

    /** The files at the bottom, or null if what was never written is zeros. */
    public @Nullable BackingFiles files() {
        return files;
    }

    /**
     * Whether a page may be brought in: not where no file is open, nor while one is being closed. To be asked by who has the page
     * locked; a file is closed only when nobody has locked a page of it since this was last true.
     */
    public boolean isServed(long page) {
        return files == null || files.endPage(page) > page;
    }

    /**
     * Held while pages are read to be written to a file, and written: else a reclaim that has read a page, was overtaken by a touch and a
     * force of what it wrote, and then writes, would put older bytes over newer ones.
     */
    public ReentrantLock fileWrites() {
        return fileWrites;
    }

    /** Whether changed pages go to the file they came from. */
    public boolean writesToFiles() {
        return files != null && tiers.isEmpty();
    }

    /**
     * Whether a page whose word names no tier is in a file. If so, and there are tiers, changed pages go to these (a private mapping);
     * without tiers they go back to the file.
     */
    public boolean hasFiles() {
        return files != null;
    }

    /** Whether nothing but zeros is behind a word that names this tier. */
    public boolean isEmpty(int tier) {
        return tier == PageWord.TIER_NONE && files == null;
    }

    /** The tier of a word, with location 0, that says that a page is zeros: in a region of files no tier means the file. */
    public int zerosTier() {
        return files == null ? PageWord.TIER_NONE : PageWord.TIER_FILL_LONG;
    }

    /** What was asked for. */
    public Config config() {
        return config;
    }

    /** Number of this region, below {@link dev.remap.wire.CountersLayout#MAX_REGIONS}. */
    public int id() {
        return config.id();
    }

    /** The page words. */
    public PageTable table() {
        return table;
    }

    /** The memory of resident pages. */
    public Backing backing() {
        return backing;
    }

    /** The shared counters. */
    public RegionCounters counters() {
        return counters;
    }

    /** The failed pages. */
    public PageFailures failures() {
        return failures;
    }

    /** What the application advised. */
    public AdvisedRanges advice() {
        return advice;
    }

    /** What devices may do to pages, of {@link dev.remap.wire.DeviceAccessCode}. */
    public PageRanges deviceAccess() {
        return deviceAccess;
    }

    /** Number of pages. */
    public long pages() {
        return table.pages();
    }

    /** Address of a page in the application. */
    public long address(long page) {
        return config.baseAddress() + (page << PAGE_SHIFT);
    }

    /** The page at an address of the application's, which must lie in this region. */
    public long page(long address) {
        return (address - config.baseAddress()) >>> PAGE_SHIFT;
    }

    /** Whether an address of the application's lies in this region. */
    public boolean contains(long address) {
        return Long.compareUnsigned(address - config.baseAddress(), config.sizeBytes()) < 0;
    }

    /** The number by which policies and lists know a page: unique over all regions of a manager. */
    public long pageId(long page) {
        return PageId.of(config.id(), page);
    }

    /** Notes that the page was touched while it was not mapped. */
    public void reference(long page) {
        referenced.setByte(page, 1);
    }

    /** Whether it was since the last call. */
    public boolean clearReference(long page) {
        boolean was = referenced.getByte(page) != 0;
        if (was) {
            referenced.setByte(page, 0);
        }
        return was;
    }

    /** The policy's byte for a page. Confined to the reclaim agent. */
    public SparseArray marks() {
        return marks;
    }

    /** Notes that the page waits to be written back; false if it does already. Confined to the reclaim agent. */
    public boolean queue(long page) {
        if (queued.getByte(page) != 0) {
            return false;
        }
        queued.setByte(page, 1);
        return true;
    }

    /** Undoes {@link #queue}. */
    public void dequeue(long page) {
        queued.setByte(page, 0);
    }

    /** Says that several applications have it mapped, at addresses of their own. Before the region is used. */
    public void share() {
        shared = true;
    }

    /** Whether several applications may have it mapped. */
    public boolean isShared() {
        return shared;
    }

    /** Whether a pin covers the page. */
    public boolean isPinned(long page) {
        SparseArray inherited = inheritedPins;
        return pins.getInt(page) != 0 || (inherited != null && inherited.getInt(page) != 0);
    }

    /** One more pin covers the page; true if it is the first. */
    public boolean pin(long page) {
        SparseArray inherited = inheritedPins;
        if (inherited != null) {
            inherited.addInt(page, 1); // should the manager die again before all have told theirs
        }
        return pins.addInt(page, 1) == 1;
    }

    /** Has pages stay pinned that a dead manager has pinned, besides those that are pinned from now on. */
    public void inheritPins(SparseArray of) {
        inheritedPins = of;
    }

    /** Ends that. */
    public void disinheritPins() {
        formerPins = inheritedPins; // somebody may be reading it: closed with the region
        inheritedPins = null;
    }

    /** The memfd that counts pins, or -1. */
    public int pinsFd() {
        return pins.fd();
    }

    /** One pin fewer covers the page; true if it was the last. */
    public boolean unpin(long page) {
        return pins.addInt(page, -1) == 0;
    }

    /** Forgets all pins: a former manager's, of which the application has just told which there still are. */
    public void clearPins() {
        pins.clear();
        counters.set(CountersLayout.REGION_PINNED_PAGES, 0);
    }

    /** Notes pages that came into or, with -1 each, left DRAM; answers how many are left in the block of the last one. */
    public int addResident(long page, int delta) {
        return blockResidents.addInt(page / BLOCK_PAGES, delta);
    }

    /** How many pages of a block are in DRAM. */
    public int residentsOfBlock(long block) {
        return blockResidents.getInt(block);
    }

    /** Gives up the copy below that a word names, if it names one. The word must not be readable any more. */
    public void releaseCopy(long word, PageEvents events) {
        int tier = PageWord.tier(word);
        if (PageWord.isStored(tier) || tier == PageWord.TIER_DEVICE) {
            events.free(config.id(), tier, PageWord.location(word));
        } else if (PageWord.isFill(tier)) {
            counters.add(CountersLayout.REGION_SAME_FILLED_PAGES, -1);
        }
    }

    /** Keeps the region from being closed until {@link #endUse}; false if it is being closed already. */
    public boolean tryUse() {
        users.incrementAndGet();
        if (closing) {
            users.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Ends one {@link #tryUse}. */
    public void endUse() {
        users.decrementAndGet();
    }

    /** Whether somebody uses the region, once it is being closed. */
    public boolean isInUse() {
        return users.get() != 0;
    }

    /**
     * Marks the region as being closed: no command starts any more, and its pages are unmapped no more. Faults are still served, and its
     * pages still reclaimed, since a fault that the closing waits for may need the memory.
     */
    public void startClosing() {
        closing = true;
    }

    /** Whether the region is being closed. */
    public boolean isClosing() {
        return closing;
    }

    /**
     * Records a page as failed, before it is poisoned.
     *
     * @param word the word that names the copy that could not be served
     */
    public void recordFailure(long page, long word, ErrorCode cause, String detail) {
        if (failures.add(page, new PageFailures.Failure(tierName(word), cause, detail, System.currentTimeMillis()))) {
            counters.failed();
        }
    }

    /** Forgets a page's failure. */
    public void clearFailure(long page) {
        if (failures.remove(page)) {
            counters.repaired(1);
        }
    }

    private String tierName(long word) {
        int tier = PageWord.tier(word);
        if (tier == PageWord.TIER_DEVICE) {
            return devices.name(PageWord.location(word));
        }
        if (PageWord.isStored(tier)) {
            return tiers.get(tier - PageWord.TIER_FIRST).name();
        }
        return hasFiles() ? "file" : "none";
    }

    /** Frees everything. Nobody may use the region any more. */
    @Override
    public void close() {
        for (NamedTier tier : tiers) {
            tier.tier().close();
        }
        BackingFiles attached = files;
        if (attached != null) {
            attached.close();
        }
        backing.close();
        table.close();
        referenced.close();
        marks.close();
        pins.close();
        SparseArray inherited = inheritedPins == null ? formerPins : inheritedPins;
        if (inherited != null) {
            inherited.close();
        }
        blockResidents.close();
        queued.close();
    }
}
