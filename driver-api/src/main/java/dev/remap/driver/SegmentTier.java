// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

import java.lang.foreign.MemorySegment;

/**
 * A tier that sees pages as memory segments. To use an address takes native access, which is a grant of its own; a tier of this kind needs
 * none. The core copies each page once more for it, some hundred nanoseconds, and takes an exception for {@link Tier#IO_ERROR}.
 *
 * <p>Segments are of the core's buffers: what they hold after the call is undefined, whoever keeps them.
 */
public interface SegmentTier extends Tier {
    /**
     * Stores a page, as {@link Tier#store} does.
     *
     * @param source 4096 bytes, read-only
     */
    long store(long page, MemorySegment source);

    @Override
    SegmentFetcher newFetcher();

    /** Never called by the core. */
    @Override
    default long store(long page, long sourceAddress) {
        throw new UnsupportedOperationException("this tier takes segments");
    }

    /** Gets pages back. Confined to one thread. */
    interface SegmentFetcher extends Fetcher {
        /**
         * Fetches a page, as {@link Tier.Fetcher#fetch} does.
         *
         * @param target 4096 bytes to fill
         */
        long fetch(long page, long location, MemorySegment target);

        /** Never called by the core. */
        @Override
        default long fetch(long page, long location, long targetAddress) {
            throw new UnsupportedOperationException("this tier gives segments");
        }
    }
}
