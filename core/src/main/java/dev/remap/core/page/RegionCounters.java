// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.CountersLayout;
import dev.remap.wire.SlowTouchRing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/** A region's block of the shared counters, and the manager-wide counters of failures. Thread-safe; allocates nothing. */
public final class RegionCounters {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final MemorySegment all;
    private final int id;
    private final long block;

    /** The block of region {@code id}, set to zero. */
    public RegionCounters(MemorySegment counters, int id) {
        all = counters;
        this.id = id;
        block = CountersLayout.region(id);
        counters.asSlice(block, CountersLayout.regionBytes()).fill((byte) 0);
    }

    private RegionCounters(MemorySegment counters, int id, long block) {
        all = counters;
        this.id = id;
        this.block = block;
    }

    /** The block as a former manager has left it; what can be counted anew is zero. */
    public static RegionCounters adopt(MemorySegment counters, int id) {
        RegionCounters adopted = new RegionCounters(counters, id, CountersLayout.region(id));
        adopted.addToManager(CountersLayout.FAILED_PAGES, -adopted.get(CountersLayout.REGION_FAILED_PAGES));
        adopted.set(CountersLayout.REGION_FAILED_PAGES, 0);
        adopted.set(CountersLayout.REGION_RESIDENT_PAGES, 0);
        adopted.set(CountersLayout.REGION_SAME_FILLED_PAGES, 0);
        return adopted;
    }

    /** Adds to one of the {@code REGION_} counters. */
    public void add(long counter, long delta) {
        addToManager(block + counter, delta);
    }

    /** Sets one of the {@code REGION_} counters, which then has this one writer. */
    public void set(long counter, long value) {
        LONG.setOpaque(all, block + counter, value);
    }

    /** Reads one of the {@code REGION_} counters. */
    public long get(long counter) {
        return (long) LONG.getOpaque(all, block + counter);
    }

    /** Says what region the block is of, for readers that know nothing else. */
    public void describe(String name, long sizeBytes, String tiers) {
        text(CountersLayout.REGION_NAME, CountersLayout.REGION_NAME_BYTES, name);
        text(CountersLayout.REGION_TIERS, CountersLayout.REGION_TIERS_BYTES, tiers);
        LONG.setRelease(all, block + CountersLayout.REGION_SIZE_BYTES, sizeBytes);
    }

    /** Says that the block is nobody's. */
    public void forget() {
        LONG.setRelease(all, block + CountersLayout.REGION_SIZE_BYTES, 0L);
    }

    private void text(long at, long room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long length = Math.min(bytes.length, room - 1);
        MemorySegment place = all.asSlice(block + at, room);
        place.fill((byte) 0);
        MemorySegment.copy(bytes, 0, place, ValueLayout.JAVA_BYTE, 0, (int) length);
    }

    /**
     * Counts how long a touch has waited, and records it if that was long.
     *
     * @param offset where in the region, in bytes
     * @param threadId the touching thread's kernel id, 0 if unknown
     * @param cause a kind of fault, or {@link SlowTouchRing#WAITED_FOR_MEMORY}
     * @param tier of the page's word
     */
    public void stalled(long stallNs, long offset, int threadId, int cause, int tier) {
        add(CountersLayout.REGION_STALLED_NS, stallNs);
        if (stallNs > SlowTouchRing.SLOW_NS) {
            SlowTouchRing.record(all, stallNs, id, offset, threadId, cause, tier);
        }
    }

    /** Counts a fault of a kind. */
    public void fault(int kind) {
        add(CountersLayout.REGION_FAULTS + 8L * kind, 1);
    }

    /**
     * Counts a page as failed and moves the failure epoch. To be called before the page is poisoned: pairs with the volatile reads of
     * {@code verify} and {@code check} in the application.
     */
    public void failed() {
        add(CountersLayout.REGION_FAILED_PAGES, 1);
        addToManager(CountersLayout.FAILED_PAGES, 1);
        addToManager(CountersLayout.FAILURE_EPOCH, 1);
    }

    /** Counts pages as no longer failed. */
    public void repaired(long pages) {
        add(CountersLayout.REGION_FAILED_PAGES, -pages);
        addToManager(CountersLayout.FAILED_PAGES, -pages);
    }

    private void addToManager(long at, long delta) {
        long _ = (long) LONG.getAndAdd(all, at, delta);
    }
}
