// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import java.util.BitSet;

/** Which frames of the device are in use, in the driver's own books. Thread-safe; never blocks. */
final class DeviceFrames {
    private final int count;
    private final BitSet used = new BitSet();
    private long first;
    private int usedCount;
    private int next;

    DeviceFrames(long count) {
        this.count = Math.toIntExact(count);
    }

    /** Says where they begin, and which a former manager has left in use. Before anything else. */
    synchronized void begin(long firstPfn, long[] adopted) {
        first = firstPfn;
        for (long pfn : adopted) {
            used.set(index(pfn));
        }
        usedCount = used.cardinality();
    }

    /** A frame that was free; -1 if there is none. */
    synchronized long take() {
        int free = used.nextClearBit(next);
        if (free >= count) {
            free = used.nextClearBit(0);
        }
        if (free >= count) {
            return -1;
        }
        used.set(free);
        usedCount++;
        next = free + 1;
        return first + free;
    }

    /** Takes a frame back. */
    synchronized void giveBack(long pfn) {
        int index = index(pfn);
        if (!used.get(index)) {
            throw new IllegalStateException("frame " + pfn + " is given back, and was free");
        }
        used.clear(index);
        usedCount--;
    }

    /** Its place among the device's frames. */
    synchronized int index(long pfn) {
        if (!contains(pfn)) {
            throw new IllegalArgumentException("frame " + pfn + " is none of " + first + " to " + (first + count - 1));
        }
        return (int) (pfn - first);
    }

    synchronized boolean contains(long pfn) {
        return pfn >= first && pfn < first + count;
    }

    synchronized long first() {
        return first;
    }

    int count() {
        return count;
    }

    synchronized int free() {
        return count - usedCount;
    }
}
