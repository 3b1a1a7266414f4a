// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Faults that found no memory, on their way from the fault threads to the reclaim agent. Producers take turns, one consumer;
 * holds {@value #CAPACITY}. Allocates nothing.
 */
public final class DeferredFaults {
    /** Faults that can be on their way. */
    public static final int CAPACITY = 1024;

    private final AtomicLongArray ring = new AtomicLongArray(CAPACITY);
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();

    /** Holds none. */
    public DeferredFaults() {}

    /** Hands a page over; false if there is no room, and then the fault must be woken to come again. */
    synchronized boolean offer(long pageId) {
        long at = tail.getPlain();
        if (at - head.getAcquire() == CAPACITY) {
            return false;
        }
        ring.setPlain((int) (at % CAPACITY), pageId);
        tail.setRelease(at + 1);
        return true;
    }

    /** Takes a page, or -1. */
    public long poll() {
        long at = head.getPlain();
        if (at == tail.getAcquire()) {
            return -1;
        }
        long pageId = ring.getPlain((int) (at % CAPACITY));
        head.setRelease(at + 1);
        return pageId;
    }
}
