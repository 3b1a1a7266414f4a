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
 * and does not end the thread that serves faults or the one that reclaims.
 */
public final class SegmentBridge implements Tier {
    private static final System.Logger LOG = System.getLogger(SegmentBridge.class.getName());
    private static final long PAGE_BYTES = 4096;
    private static final TierUsage UNKNOWN = new TierUsage(0, 0, 0, 0, 0);
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
            failed("store of page " + page, e);
            return IO_ERROR;
        }
    }

    private static void failed(String call, Throwable cause) {
        LOG.log(System.Logger.Level.WARNING, call + " failed in the driver", cause);
    }

    @Override
    public Fetcher newFetcher() {
        return new BridgedFetcher(tier.newFetcher());
    }

    /** A location that its driver fails to free is lost to it until it is opened again, and to nobody else. */
    @Override
    public void free(long location) {
        try {
            tier.free(location);
        } catch (RuntimeException | LinkageError e) {
            failed("free of location " + location, e);
        }
    }

    @Override
    public long compact(long budgetNs) {
        try {
            return tier.compact(budgetNs);
        } catch (RuntimeException | LinkageError e) {
            failed("compact", e);
            return 0;
        }
    }

    @Override
    public boolean adopt(long page, long location) {
        try {
            return tier.adopt(page, location);
        } catch (RuntimeException | LinkageError e) {
            failed("adopt of page " + page, e);
            return false;
        }
    }

    @Override
    public void adopted() {
        try {
            tier.adopted();
        } catch (RuntimeException | LinkageError e) {
            failed("adopted", e);
        }
    }

    @Override
    public TierUsage usage() {
        try {
            return tier.usage();
        } catch (RuntimeException | LinkageError e) {
            failed("usage", e);
            return UNKNOWN;
        }
    }

    @Override
    public void close() {
        try {
            tier.close();
        } catch (RuntimeException | LinkageError e) {
            failed("close", e);
        }
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
                failed("fetch of page " + page, e);
                return IO_ERROR;
            }
        }
    }
}
