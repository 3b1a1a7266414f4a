// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.mm;

/**
 * One region of an application, as devices see it: one mapping, after Linux's {@code vm_area_struct}. Pages are of 4096 bytes and counted
 * from its beginning. Valid until the region is closed, which notifiers are told; from then on everything here answers as for a region
 * without pages. Each command has one of its own; those of one device about the same region are equal, so that they can be keys.
 * Thread-safe.
 */
public interface Vma {
    /** The region's name. */
    String region();

    /** How many pages it has. */
    long pages();

    /**
     * Begins to watch pages. Never waits for a running invalidation: a notifier that is inserted during one begins as invalidated.
     *
     * @throws IllegalArgumentException if the range is empty or not in the region
     * @throws IllegalStateException if the region is being closed
     */
    IntervalNotifier insertNotifier(long first, long pages, IntervalNotifier.Callback callback);

    /**
     * Looks up pages, and makes them accessible where that is asked for; Linux's {@code hmm_range_fault}. Blocks for tiers and memory up to
     * the request's timeout; no lock may be held that {@link IntervalNotifier.Callback} takes.
     */
    RangeFault.Result rangeFault(RangeFault range);

    /** A migration on behalf of {@code owner}, which selects its pages and is named in MIGRATE events. */
    MigrateVma newMigration(Object owner);

    /**
     * Brings those of the pages back to DRAM that are in memory of {@code owner}. Blocks for devices and memory, up to the timeout.
     *
     * @return how many are in DRAM now, of those
     */
    long migrateToSystem(long first, long pages, Object owner, long timeoutNs);

    /**
     * Linux's {@code make_device_exclusive}: gives this device sole access to pages, so that it can change them atomically. A page's bytes
     * move to a frame of their own; a CPU touch moves them back, which notifiers are told by an EXCLUSIVE event without an owner. No page
     * of a file's that writes go to can be had. Blocks for tiers.
     *
     * @param pfns gets the frame of each page, or -1 where it could not be had
     * @return how many could
     */
    int makeExclusive(long first, long[] pfns, Object owner);

    /** Gives exclusive access to these pages up. Answers how many there were. Blocks for memory, up to the timeout. */
    long releaseExclusive(long first, long pages, Object owner, long timeoutNs);
}
