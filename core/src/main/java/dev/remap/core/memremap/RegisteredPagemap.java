// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.core.page.PageId;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.page.RegionTable;
import dev.remap.core.page.SparseArray;
import dev.remap.driver.mm.DevicePagemap;
import dev.remap.driver.mm.MigrateReason;
import dev.remap.driver.mm.Pagemap;
import dev.remap.driver.mm.PfnRange;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.wire.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pagemap: its frames, and a descriptor of 16 bytes for each in a sparse memfd, which costs memory only where frames have been used.
 *
 * <pre>
 *   0                    8                   16
 *   +--------------------+--------------------+
 *   | 1 << 63 | page id  | tier 5 | location  |   zero: free
 *   +--------------------+--------------------+
 *     the page in it       its copy below, if any
 * </pre>
 *
 * <p>References as Linux's {@code percpu_ref} of a pagemap has them: one of its own, one for each frame in use. {@link #kill} drops the
 * first, once; nothing is handed out from then on, and with the last one it has drained. Thread-safe; allocates nothing on the way of a
 * page.
 */
public final class RegisteredPagemap implements Pagemap {
    private static final int BYTES = 16;
    private static final int LONGS = BYTES / Long.BYTES;
    private static final long IN_USE = 1L << 63;
    private static final long DEAD = 1L << 62;
    /** Frames that may come into use while the others are collected; what comes later is not among them. */
    private static final int SPARE = 64;

    private final BoundDevice device;
    private final DevicePagemap description;
    private final Memmap memmap;
    private final List<ResourceTree.Resource> resources;
    private final List<PfnRange> ranges;
    private final SparseArray descriptors;
    /** Shared: somebody who has no frame, and so nothing to keep the descriptors by, reads them. Exclusive: they are given up. */
    private final ReentrantReadWriteLock reading = new ReentrantReadWriteLock();

    private boolean closed;
    private final long[] adopted;
    private final HookCalls calls = new HookCalls();
    /** References, and {@link #DEAD}. */
    private final AtomicLong references = new AtomicLong(1);

    RegisteredPagemap(
            BoundDevice device,
            DevicePagemap description,
            Memmap memmap,
            List<ResourceTree.Resource> resources,
            @Nullable Integer keptDescriptors)
            throws IOException {
        this.device = device;
        this.description = description;
        this.memmap = memmap;
        this.resources = List.copyOf(resources);
        ranges = resources.stream().map(ResourceTree.Resource::range).toList();
        long bytes = SparseArray.pages(pages() * BYTES);
        if (keptDescriptors != null) {
            descriptors = new SparseArray(bytes, keptDescriptors);
            long[] count = new long[1];
            forEachInUse(_ -> count[0]++);
            references.addAndGet(count[0]);
            adopted = inUse();
            return;
        }
        long memfd = Memfd.createFixed("remap-memmap-" + device.name(), bytes);
        if (memfd < 0) {
            throw new IOException("memfd_create for descriptors of " + pages() + " frames: " + Errno.name(memfd));
        }
        descriptors = new SparseArray(bytes, (int) memfd);
        adopted = new long[0];
    }

    @Override
    public List<PfnRange> ranges() {
        return ranges;
    }

    @Override
    public DevicePagemap description() {
        return description;
    }

    /** Whose it is. */
    public BoundDevice device() {
        return device;
    }

    List<ResourceTree.Resource> resources() {
        return resources;
    }

    int descriptorsFd() {
        return descriptors.fd();
    }

    HookCalls calls() {
        return calls;
    }

    /** How many frames it has. */
    public long pages() {
        return ranges.stream().mapToLong(PfnRange::pages).sum();
    }

    @Override
    public boolean isLive() {
        return (references.get() & DEAD) == 0;
    }

    /** References that there are. */
    public long references() {
        return references.get() & ~DEAD;
    }

    @Override
    public long pagesInUse() {
        long now = references.get();
        return (now & DEAD) == 0 ? now - 1 : now & ~DEAD;
    }

    /** Hands nothing out any more; false if it does not already. */
    boolean kill() {
        long now;
        do {
            now = references.get();
            if ((now & DEAD) != 0) {
                return false;
            }
        } while (!references.compareAndSet(now, (now - 1) | DEAD));
        return true;
    }

    /** Whether it has been killed and no frame is in use. */
    boolean hasDrained() {
        return references.get() == DEAD;
    }

    private boolean tryReference() {
        long now;
        do {
            now = references.get();
            if ((now & DEAD) != 0) {
                return false;
            }
        } while (!references.compareAndSet(now, now + 1));
        return true;
    }

    /** Puts a page into a frame of it; false if the frame is in use, or the pagemap not live. */
    public boolean tryTake(long pfn, long pageId) {
        if (!tryReference()) {
            return false;
        }
        if (descriptors.compareAndSetLong(index(pfn), 0, IN_USE | pageId)) {
            return true;
        }
        references.decrementAndGet();
        return false;
    }

    /** The page has left the frame, whose driver is told. */
    public void put(long pfn) {
        long index = index(pfn);
        if (descriptors.getLong(index) == 0) {
            throw new IllegalStateException("frame " + pfn + " of device " + device.name() + " is freed twice");
        }
        long copy = shadow(pfn, 0);
        if (copy != 0) {
            memmap.services().freeShadow(pageIn(pfn), copy);
        }
        descriptors.setLong(index, 0);
        DevicePagemap.PageFreeHook hook = description.pageFree();
        if (hook != null) {
            device.free(hook, pfn);
        }
        references.decrementAndGet();
    }

    /** The id of the page in a frame; -1 if none is. */
    public long pageIn(long pfn) {
        reading.readLock().lock();
        try {
            long descriptor = closed ? 0 : descriptors.getLong(index(pfn));
            return descriptor == 0 ? -1 : descriptor & ~IN_USE;
        } finally {
            reading.readLock().unlock();
        }
    }

    /** Notes a copy below of the page in a frame, 0 for none; answers the one before. Confined to who moves or writes back the page. */
    public long shadow(long pfn, long copy) {
        long index = index(pfn) + 1;
        long before = descriptors.getLong(index);
        descriptors.setLong(index, copy);
        return before;
    }

    /** The copy below of the page in a frame; 0 if there is none. */
    public long shadow(long pfn) {
        return descriptors.getLong(index(pfn) + 1);
    }

    private long index(long pfn) {
        long before = 0;
        for (int i = 0; i < ranges.size(); i++) {
            PfnRange range = ranges.get(i);
            if (range.contains(pfn)) {
                return (before + pfn - range.first()) * LONGS;
            }
            before += range.pages();
        }
        throw new IllegalArgumentException("frame " + pfn + " is not of device " + device.name());
    }

    /** Whether a frame is of it. */
    public boolean contains(long pfn) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(pfn)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Location location(long pfn) {
        long id = contains(pfn) ? pageIn(pfn) : -1;
        PagedRegion region = id < 0 ? null : memmap.regions().get(PageId.region(id));
        return region == null ? null : new Location(region.config().name(), PageId.page(id));
    }

    @Override
    public long[] adopted() {
        return adopted.clone();
    }

    /** The frames in use now, from the lowest index on. */
    public long[] inUse() {
        long[] frames = new long[(int) Math.min(pagesInUse() + SPARE, Integer.MAX_VALUE - SPARE)];
        int[] count = new int[1];
        forEachInUse(pfn -> {
            if (count[0] < frames.length) {
                frames[count[0]++] = pfn;
            }
        });
        return Arrays.copyOf(frames, count[0]);
    }

    /**
     * Goes through the frames in use, from the lowest index on. Skips what was never used. The descriptors stay meanwhile; there are none
     * if they have been given up.
     */
    void forEachInUse(LongConsumer action) {
        reading.readLock().lock();
        try {
            if (!closed) {
                goThrough(action);
            }
        } finally {
            reading.readLock().unlock();
        }
    }

    private void goThrough(LongConsumer action) {
        long before = 0;
        for (PfnRange range : ranges) {
            long end = before + range.pages();
            for (long at = nextUsed(before); at < end; at = nextUsed(at + 1)) {
                if (descriptors.getLong(at * LONGS) != 0) {
                    action.accept(range.first() + at - before);
                }
            }
            before = end;
        }
    }

    /** The first frame, by index, from {@code index} on whose descriptor may have been written. */
    private long nextUsed(long index) {
        if (index * BYTES % PagedRegion.PAGE_SIZE != 0 && index > 0) {
            return index;
        }
        long at = FileIo.lseek(descriptors.fd(), index * BYTES, FileIo.SEEK_DATA);
        return at < 0 ? Long.MAX_VALUE : Math.max(index, at / BYTES);
    }

    @Override
    public Map<MigrateReason, Long> evict(long firstPfn, long count, long timeoutNs) {
        return memmap.services().evict(this, firstPfn, count, timeoutNs);
    }

    @Override
    public long memoryFailure(PfnRange range) {
        DevicePagemap.MemoryFailureHook hook = description.memoryFailure();
        if (hook != null && hook.memoryFailure(range)) {
            return 0;
        }
        return memmap.services()
                .fail(this, range.first(), range.pages(), ErrorCode.CORRUPT, "the device's memory is broken");
    }

    @Override
    public boolean writeBack(long firstPfn, long count) {
        return memmap.services().writeBack(this, firstPfn, count);
    }

    /** Frees the descriptors. Whoever has a frame has kept it from this; reports and searches find none from now on. */
    void close() {
        reading.writeLock().lock();
        try {
            closed = true;
            descriptors.close();
        } finally {
            reading.writeLock().unlock();
        }
    }

    RegionTable regions() {
        return memmap.regions();
    }
}
