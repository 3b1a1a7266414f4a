// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierUsage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One region's compressed pages. A store compresses into a private scratch buffer, seals it with a {@linkplain ZramSlotLayout header},
 * takes a slot of the right size from {@link SlotAllocator}, and copies it there. A fetch is the way back, on a private copy too.
 */
final class ZramTier implements Tier {
    private static final int PAGES_EXPECTED_PER_CHUNK = 14;

    private final PoolMemory memory;
    private final PoolCharge charge;
    private final SlotAllocator slots;
    private final Compactor compactor;
    private final CodecChoice codec;
    private final SlotScratch scratch = new SlotScratch();
    private final PageCompressor compressor;
    private final TierFigures figures = new TierFigures();
    private final List<ZramFetcher> fetchers = new ArrayList<>();
    private boolean closed;

    private ZramTier(TierContext context, PoolMemory memory, CodecChoice codec) throws IOException {
        this.memory = memory;
        this.codec = codec;
        charge = new PoolCharge(context.dram());
        slots = new SlotAllocator(memory, charge);
        compressor = codec.newCompressor(scratch);
        compactor = new Compactor(memory, charge, slots, context.relocation(), figures);
    }

    static ZramTier open(TierContext context, CodecChoice codec) throws IOException {
        if (context.regionPages() > ZramSlotLayout.PAGE_LIMIT) {
            throw new IOException("zram can name " + ZramSlotLayout.PAGE_LIMIT + " pages; region "
                    + context.regionName() + " has " + context.regionPages());
        }
        PoolMemory memory =
                PoolMemory.open(context.regionName(), poolBytes(context.regionPages()), context.descriptors());
        try {
            return new ZramTier(context, memory, codec);
        } catch (IOException e) {
            memory.close();
            throw e;
        }
    }

    @Override
    public long store(long page, long sourceAddress) {
        int length = compressor.compress(sourceAddress);
        int bytes = ZramSlotLayout.HEADER_BYTES + length;
        if (bytes > SizeClasses.MAX_SLOT_BYTES) {
            figures.refused();
            return INCOMPRESSIBLE;
        }
        long location = slots.take(bytes);
        if (location < 0) {
            figures.refused();
            return location;
        }
        scratch.seal(page, length);
        RawMemory.copy(scratch.address(), memory.address(location), bytes);
        figures.stored(length);
        return location;
    }

    @Override
    public void free(long location) {
        slots.checkTaken(location);
        long owner = RawMemory.getLong(memory.address(location) + ZramSlotLayout.OWNER_OFFSET);
        slots.free(location);
        figures.freed(ZramSlotLayout.length(owner));
    }

    @Override
    public boolean adopt(long page, long location) {
        if (!memory.isAdopted() || !memory.reaches(location, SizeClasses.MIN_SLOT_BYTES) || !slots.adopt(location)) {
            return false;
        }
        long owner = RawMemory.getLong(memory.address(location) + ZramSlotLayout.OWNER_OFFSET);
        figures.stored(ZramSlotLayout.length(owner));
        return true;
    }

    @Override
    public void adopted() {
        slots.adopted();
    }

    @Override
    public Fetcher newFetcher() {
        ZramFetcher fetcher = new ZramFetcher(memory, codec);
        synchronized (fetchers) {
            fetchers.add(fetcher);
        }
        return fetcher;
    }

    @Override
    public long compact(long budgetNs) {
        return compactor.compact(budgetNs);
    }

    @Override
    public TierUsage usage() {
        return new TierUsage(
                figures.pages(),
                figures.storedBytes(),
                charge.pages() * ChunkLayout.PAGE_BYTES,
                figures.refusedStores(),
                figures.movedSlots());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        synchronized (fetchers) {
            fetchers.forEach(ZramFetcher::close);
        }
        compressor.close();
        slots.close();
        memory.close();
        charge.unchargeAll();
        figures.clear();
    }

    /** The pool's file, for tests that look at it from outside. */
    int fd() {
        return memory.fd();
    }

    long metadataBytes() {
        return slots.metadataBytes();
    }

    /**
     * Room for 14 pages of the region a chunk, where at least 20 find place, and a chunk for each class: two fifths of slack for
     * gaps. At most what locations reach. The file is sparse: its size costs nothing.
     */
    private static long poolBytes(long regionPages) {
        long chunksForPages = regionPages / PAGES_EXPECTED_PER_CHUNK + 1;
        long most = LOCATION_LIMIT << ZramSlotLayout.ALIGNMENT_SHIFT;
        return Math.min(most, (chunksForPages + SizeClasses.COUNT) * ChunkLayout.CHUNK_BYTES);
    }
}
