// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.TouchRing;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The touches and evictions that a manager sees, recorded while an operator asks for it: of one page in so many, chosen by a hash of its
 * id, so that of a chosen page every touch is there. Off, it costs one load and one branch. Thread-safe; allocates nothing, blocks on
 * nobody.
 */
public final class TouchTrace {
    /** Every region's pages. */
    public static final int ALL_REGIONS = -1;

    /** The most of {@code oneIn}. */
    public static final int MAX_ONE_IN = 1 << 20;

    private static final int HASH_BITS = 32;

    private volatile @Nullable Recording recording;

    private record Recording(MemorySegment ring, int region, long threshold) {}

    /** Off. */
    public TouchTrace() {}

    /**
     * Records from now on, in place of a recording that is going on.
     *
     * @param ring a {@link TouchRing}; must stay mapped as long as the process lives, since a thread may be about to write to it
     * @param region the number of the only region, or {@link #ALL_REGIONS}
     * @param oneIn one page in so many; 1 for all
     */
    public void start(MemorySegment ring, int region, int oneIn) {
        recording = new Recording(ring, region, (1L << HASH_BITS) / oneIn);
    }

    /** Records nothing any more; threads that are about to may still do so. */
    public void stop() {
        recording = null;
    }

    /** The page was touched, and the touch seen: it was not in DRAM, or there and not mapped as the touch needed it. */
    public void touched(long pageId, boolean wasResident) {
        record(wasResident ? TouchRing.RETOUCH : TouchRing.FAULT, pageId);
    }

    /** The page left DRAM. */
    public void evicted(long pageId) {
        record(TouchRing.EVICTION, pageId);
    }

    private void record(int kind, long pageId) {
        Recording now = recording;
        if (now != null && isChosen(now, pageId)) {
            TouchRing.record(now.ring, kind, pageId);
        }
    }

    private static boolean isChosen(Recording now, long pageId) {
        return hash(pageId) < now.threshold && (now.region == ALL_REGIONS || now.region == PageId.region(pageId));
    }

    /** The upper half of SplittableRandom's finalizer: neighbouring pages are chosen independently of each other. */
    private static long hash(long pageId) {
        long z = (pageId ^ (pageId >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return (z ^ (z >>> 31)) >>> (Long.SIZE - HASH_BITS);
    }
}
