// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What threads that move pages tell the reclaim agent: pages that became resident, pages that left, slots that no word names any more.
 * A ring of longs, many producers, one consumer. Offering never blocks and allocates nothing while the ring has room; beyond its
 * {@value #CAPACITY} entries events go to a queue on the heap, so that none is lost.
 */
public final class PageEvents {
    /** Entries of the ring. */
    public static final int CAPACITY = 1 << 16;

    /** No event. */
    public static final long NONE = 0;

    private static final int KIND_SHIFT = 62;
    private static final long KIND_ADMIT = 1;
    private static final long KIND_FORGET = 2;
    private static final long KIND_FREE = 3;
    private static final int TIER_BITS = 5;
    private static final int REGION_BITS = 12;
    private static final int LOCATION_BITS = 40;
    private static final int REGION_SHIFT = LOCATION_BITS + TIER_BITS;

    private final AtomicLongArray ring = new AtomicLongArray(CAPACITY);
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();
    private final ConcurrentLinkedQueue<Long> spilled = new ConcurrentLinkedQueue<>();

    /** What the consumer does with each event. */
    public interface Consumer {
        /** The page became resident. */
        void admitted(long pageId);

        /** The page left DRAM without having been a victim. */
        void forgotten(long pageId);

        /** No word names the slot any more. */
        void freed(int region, int tier, long location);
    }

    /** Holds none. */
    public PageEvents() {}

    /** The page became resident. */
    public void admit(long pageId) {
        offer((KIND_ADMIT << KIND_SHIFT) | pageId);
    }

    /** The page left DRAM without having been a victim. */
    public void forget(long pageId) {
        offer((KIND_FORGET << KIND_SHIFT) | pageId);
    }

    /** No word names the slot any more. */
    public void free(int region, int tier, long location) {
        offer((KIND_FREE << KIND_SHIFT) | ((long) region << REGION_SHIFT) | ((long) tier << LOCATION_BITS) | location);
    }

    /** Entries in the ring, about. */
    public long size() {
        return tail.get() - head.get();
    }

    /** Takes all events there are, in order per producer as long as nothing was spilled. One consumer. */
    public void drain(Consumer consumer) {
        for (long event = poll(); event != NONE; event = poll()) {
            dispatch(event, consumer);
        }
        for (@Nullable Long event = spilled.poll(); event != null; event = spilled.poll()) {
            dispatch(event, consumer);
        }
    }

    private void offer(long event) {
        while (true) {
            long at = tail.get();
            if (at - head.get() >= CAPACITY) {
                spilled.add(event);
                return;
            }
            if (tail.compareAndSet(at, at + 1)) {
                ring.setRelease((int) (at % CAPACITY), event);
                return;
            }
        }
    }

    private long poll() {
        long at = head.get();
        int index = (int) (at % CAPACITY);
        long event = ring.getAcquire(index);
        if (event != NONE) {
            ring.setPlain(index, NONE);
            head.setRelease(at + 1);
        }
        return event;
    }

    private static void dispatch(long event, Consumer consumer) {
        long body = event & ((1L << KIND_SHIFT) - 1);
        switch ((int) (event >>> KIND_SHIFT)) {
            case (int) KIND_ADMIT -> consumer.admitted(body);
            case (int) KIND_FORGET -> consumer.forgotten(body);
            default ->
                consumer.freed(
                        (int) bits(body, REGION_SHIFT, REGION_BITS),
                        (int) bits(body, LOCATION_BITS, TIER_BITS),
                        bits(body, 0, LOCATION_BITS));
        }
    }

    private static long bits(long value, int shift, int width) {
        return (value >>> shift) & ((1L << width) - 1);
    }
}
