// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.module;

import dev.remap.driver.SegmentTier;
import dev.remap.driver.Tier;
import dev.remap.driver.TierUsage;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Between the core, which has addresses, and a tier that must not have them. Pages go through a buffer for each direction and thread, so
 * that a segment a driver keeps shows nothing but that buffer. Allocates nothing itself. What a driver throws is an error of its memory,
 * and does not end the thread that serves faults.
 */
public final class SegmentBridge implements Tier {
    private static final System.Logger LOG = System.getLogger(SegmentBridge.class.getName());
    private static final long PAGE_BYTES = 4096;
    private static final MemorySegment ALL = Mmap.segment(0, Long.MAX_VALUE);

    private final SegmentTier tier;
    private final MemorySegment outgoing = Arena.ofAuto().allocate(PAGE_BYTES, Long.BYTES);
    private final MemorySegment readOnly = outgoing.asReadOnly();

    private SegmentBridge(SegmentTier tier) {
        this.tier = tier;
    }

    /** A tier that the core can use: itself, unless it takes segments. */
    public static Tier over(Tier tier) {
        return tier instanceof SegmentTier segments ? new SegmentBridge(segments) : tier;
    }

    @Override
    public long store(long page, long sourceAddress) {
        MemorySegment.copy(ALL, sourceAddress, outgoing, 0, PAGE_BYTES);
        try {
            long location = tier.store(page, readOnly);
            return location < LOCATION_LIMIT ? location : IO_ERROR;
        } catch (RuntimeException | LinkageError e) {
            return failed("store", page, e);
        }
    }

    private static long failed(String call, long page, Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, call + " of page " + page + " failed in the driver", cause);
        return IO_ERROR;
    }

    @Override
    public Fetcher newFetcher() {
        return new BridgedFetcher(tier.newFetcher());
    }

    @Override
    public void free(long location) {
        tier.free(location);
    }

    @Override
    public long compact(long budgetNs) {
        return tier.compact(budgetNs);
    }

    @Override
    public boolean adopt(long page, long location) {
        return tier.adopt(page, location);
    }

    @Override
    public void adopted() {
        tier.adopted();
    }

    @Override
    public TierUsage usage() {
        return tier.usage();
    }

    @Override
    public void close() {
        tier.close();
    }

    private static final class BridgedFetcher implements Fetcher {
        private final SegmentTier.SegmentFetcher fetcher;
        private final MemorySegment incoming = Arena.ofAuto().allocate(PAGE_BYTES, Long.BYTES);

        BridgedFetcher(SegmentTier.SegmentFetcher fetcher) {
            this.fetcher = fetcher;
        }

        @Override
        public long fetch(long page, long location, long targetAddress) {
            try {
                long result = fetcher.fetch(page, location, incoming);
                if (result == 0) {
                    MemorySegment.copy(incoming, 0, ALL, targetAddress, PAGE_BYTES);
                }
                return Math.min(result, 0);
            } catch (RuntimeException | LinkageError e) {
                return failed("fetch", page, e);
            }
        }
    }
}
