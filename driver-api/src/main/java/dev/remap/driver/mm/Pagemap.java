// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registered pagemap: frames, with descriptors that live until the device is unbound. It has one reference of its own while it is
 * live, and one for each frame in use; killing it drops the first, and it has drained when there is none. Thread-safe.
 */
public interface Pagemap {
    /** Its ranges, those that the core has chosen included. */
    List<PfnRange> ranges();

    /** What was registered. */
    DevicePagemap description();

    /** Whether frames of it can still become pages: until the device is being unbound. */
    boolean isLive();

    /** How many frames a page is in. Never blocks. */
    long pagesInUse();

    /** The page in a frame, or null if there is none. Advisory: it may have moved when this returns. */
    @Nullable
    Location location(long pfn);

    /** Where a page is that a frame holds. */
    record Location(String region, long page) {}

    /**
     * For {@link dev.remap.driver.Driver#probe} after a takeover: the frames in these ranges that pages were in when the former manager
     * died, and that are theirs still; only for a pagemap that survives the manager. All others are free.
     */
    long[] adopted();

    /**
     * Linux's {@code migrate_device_range}: brings the pages in some frames back to DRAM, and by its reclaim below if need be, and says of
     * each that could not be moved why. Blocks until all are moved, or time is up.
     *
     * @return how many pages were in the frames, by what became of them
     */
    Map<MigrateReason, Long> evict(long firstPfn, long count, long timeoutNs);

    /** Memory of this device has turned out to be broken: see {@link DevicePagemap.MemoryFailureHook}. Answers how many pages failed. */
    long memoryFailure(PfnRange range);

    /**
     * The device has finished writing to some frames, and is about to say so: where a region wants a shadow, the bytes are stored below
     * now. To be called before a result that depends on them is acknowledged; does nothing elsewhere. Blocks for the tiers.
     *
     * @return false if a page could not be stored; its shadow is gone then, and it is lost should the manager die
     */
    boolean writeBack(long firstPfn, long count);
}
