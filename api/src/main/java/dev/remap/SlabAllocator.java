// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Many objects of any size in a {@link Region}, each allocated and freed on its own.
 *
 * <p><b>Where objects go.</b> Up to 16 KiB they go into <em>slabs</em>: whole pages cut into slots of one size. Slots are multiples of 16
 * bytes up to 128, then four sizes to each power of two, so less than a quarter of a slot beyond 64 bytes is lost, and at most a sixteenth
 * of a slab. Larger objects, and those aligned to more than a page, take whole pages. Slots and pages are taken from the lowest address,
 * or the smallest gap, that fits: what is used together stays together, and what is empty stays empty.
 *
 * <p><b>What it costs.</b> The bookkeeping is on the heap: 4 bytes a page in use, and about a hundred bytes and one bit a slot for each
 * slab. Allocating touches no memory of the region.
 *
 * <p><b>Pages that become free</b> can be used again at once. They are given back with {@link Region#discard}, so that they cost neither
 * DRAM nor a tier's memory, when 256 of them (1 MiB) have gathered: the {@link #free} that completes the batch carries it out, one call
 * for each run of neighbours, while other threads go on. {@link #trim} does so now. A page that cannot be discarded (it is pinned, or the
 * manager is lost) stays free, and is tried again with a later batch.
 *
 * <p><b>Contents and lifetime.</b> A new object's bytes are unspecified: zero it if that matters. Its segment lives as long as
 * {@link Region#segment}; one that is used after it was freed reads and writes what is there now. Nothing is freed by
 * the garbage collector. The range must not be used by anybody else meanwhile.
 *
 * <p>Thread-safe. Allocations wait for other threads only for as long as their bookkeeping takes, except that one that finds no room
 * waits for a running batch of discards to return its pages.
 */
public final class SlabAllocator implements SegmentAllocator {
    private static final long PAGE = SlabSizes.PAGE;

    private record BigObject(long firstPage, long pages) {}

    private final MemorySegment memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final FreePages free;
    private final PageOwners owners = new PageOwners();
    /** For each size the slabs that have a free slot, by their first page. */
    private final List<TreeMap<Long, Slab>> open;

    /** An allocator over a whole region, which stays the caller's to close. */
    public SlabAllocator(Region region) {
        this(region, 0, region.size());
    }

    /**
     * An allocator over a range of a region.
     *
     * @param offset a multiple of 4096
     * @param length a multiple of 4096
     * @throws IllegalArgumentException if either is not
     * @throws IndexOutOfBoundsException if the range is not within the region
     */
    public SlabAllocator(Region region, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, region.size());
        if (offset % PAGE != 0 || length % PAGE != 0) {
            throw new IllegalArgumentException(
                    "range " + offset + " + " + length + ": both must be multiples of " + PAGE);
        }
        memory = region.segment().asSlice(offset, length);
        free = new FreePages(region, offset / PAGE, length / PAGE, lock);
        open = Stream.generate(TreeMap<Long, Slab>::new)
                .limit(SlabSizes.count())
                .toList();
    }

    /**
     * Allocates an object. Its bytes are unspecified.
     *
     * @param byteSize its size; an object of size 0 has an address of its own too
     * @param byteAlignment a power of two
     * @throws IndexOutOfBoundsException if there is no room for it; the message has the figures
     * @throws IllegalArgumentException if the size is negative or the alignment not a power of two
     * @throws IllegalStateException if the region is closed
     */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < 0 || byteAlignment <= 0 || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("allocate(" + byteSize + ", " + byteAlignment
                    + "): the size must not be negative, the alignment must be a power of two");
        }
        lock.lock();
        try {
            long at = take(byteSize, byteAlignment);
            while (at < 0 && free.awaitDiscarded()) {
                at = take(byteSize, byteAlignment);
            }
            if (at < 0) {
                throw exhausted(byteSize, byteAlignment);
            }
            return memory.asSlice(at, byteSize, byteAlignment);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Frees an object. May discard a batch of pages first, and then blocks for as long as that takes.
     *
     * @param object what {@link #allocate} returned, or a slice of it from its start
     * @throws IllegalArgumentException if no object starts at that address: it was never allocated here, or freed already. Nothing is
     *     changed then
     */
    public void free(MemorySegment object) {
        long at = object.address() - memory.address();
        List<PageRuns.Run> batch;
        lock.lock();
        try {
            if (!object.isNative() || at < 0 || at >= memory.byteSize() || !release(at)) {
                throw new IllegalArgumentException(
                        "free(0x" + Long.toHexString(object.address()) + "): no object of this allocator (0x"
                                + Long.toHexString(memory.address()) + ", " + memory.byteSize()
                                + " bytes) starts there: it was freed before, or never allocated here");
            }
            batch = free.beginBatch();
        } finally {
            lock.unlock();
        }
        free.discard(batch);
    }

    /**
     * Gives back every page that is free now. Blocks until done.
     *
     * @throws RemapException as {@link Region#discard}; the pages it was about stay free, the others have been given back
     */
    public void trim() throws RemapException {
        List<PageRuns.Run> batch;
        lock.lock();
        try {
            batch = free.beginAll();
        } finally {
            lock.unlock();
        }
        RemapException failure = free.discard(batch);
        if (failure != null) {
            throw failure;
        }
    }

    /** Bytes of the pages that objects and slabs take now. */
    public long usedBytes() {
        lock.lock();
        try {
            return free.usedPages() * PAGE;
        } finally {
            lock.unlock();
        }
    }

    /** The offset of a new object, or -1 if there is no room. */
    private long take(long byteSize, long byteAlignment) {
        int sizeClass = SlabSizes.of(byteSize, byteAlignment);
        return sizeClass == SlabSizes.NO_CLASS ? takeBig(byteSize, byteAlignment) : takeSlot(sizeClass);
    }

    private long takeSlot(int sizeClass) {
        TreeMap<Long, Slab> slabs = open.get(sizeClass);
        if (slabs.isEmpty()) {
            int slabPages = SlabSizes.pages(sizeClass);
            long first = free.take(slabPages);
            if (first < 0) {
                return -1;
            }
            Slab slab = new Slab(first, sizeClass);
            slabs.put(first, slab);
            own(first, slabPages, slab);
        }
        Slab slab = slabs.firstEntry().getValue();
        long at = slab.take();
        if (slab.isFull()) {
            slabs.remove(slab.firstPage);
        }
        return at;
    }

    private long takeBig(long byteSize, long byteAlignment) {
        long needed = Math.max(1, Math.ceilDiv(byteSize, PAGE));
        long first = byteAlignment <= PAGE
                ? free.take(needed)
                : free.takeAligned(needed, byteAlignment / PAGE, memory.address() / PAGE);
        if (first < 0) {
            return -1;
        }
        owners.set(first, new BigObject(first, needed));
        return first * PAGE;
    }

    private void own(long first, long count, @Nullable Object owner) {
        for (long page = first; page < first + count; page++) {
            owners.set(page, owner);
        }
    }

    /** Frees what starts at an offset; false if nothing does. */
    private boolean release(long at) {
        return switch (owners.get(at / PAGE)) {
            case Slab slab -> releaseSlot(slab, at);
            case BigObject big
            when at == big.firstPage * PAGE -> {
                owners.set(big.firstPage, null);
                free.giveBack(big.firstPage, big.pages);
                yield true;
            }
            case null, default -> false;
        };
    }

    private boolean releaseSlot(Slab slab, long at) {
        if (!slab.free(at)) {
            return false;
        }
        TreeMap<Long, Slab> slabs = open.get(slab.sizeClass);
        if (slab.isEmpty()) {
            slabs.remove(slab.firstPage);
            int slabPages = SlabSizes.pages(slab.sizeClass);
            own(slab.firstPage, slabPages, null);
            free.giveBack(slab.firstPage, slabPages);
        } else {
            slabs.put(slab.firstPage, slab);
        }
        return true;
    }

    private IndexOutOfBoundsException exhausted(long byteSize, long byteAlignment) {
        return new IndexOutOfBoundsException("no room for " + byteSize + " bytes aligned to " + byteAlignment + ": "
                + free.usedPages() * PAGE + " of " + memory.byteSize() + " bytes are in use, the largest gap has "
                + free.longest() * PAGE);
    }
}
