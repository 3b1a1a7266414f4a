// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An array of {@code struct iovec} (0 base, 8 length) that ranges are added to. Not thread-safe; allocates once. */
public final class IovecBatch {

    private static final long IOVEC_BYTES = 16;

    private final MemorySegment array;
    private final int capacity;
    private int count;

    /** At most {@code capacity} ranges; the kernel takes up to 1024 in a call. */
    public IovecBatch(int capacity) {
        this.capacity = capacity;
        this.array = Arena.ofAuto().allocate(capacity * IOVEC_BYTES, 8);
    }

    /** Adds a range, growing the last one if it ends where this one starts. False: the batch is full, nothing was added. */
    public boolean add(long start, long length) {
        if (count > 0 && growLast(start, length)) {
            return true;
        }
        if (count == capacity) {
            return false;
        }
        long at = count * IOVEC_BYTES;
        array.set(ValueLayout.JAVA_LONG, at, start);
        array.set(ValueLayout.JAVA_LONG, at + 8, length);
        count++;
        return true;
    }

    private boolean growLast(long start, long length) {
        long at = (count - 1) * IOVEC_BYTES;
        long lastLength = array.get(ValueLayout.JAVA_LONG, at + 8);
        if (array.get(ValueLayout.JAVA_LONG, at) + lastLength != start) {
            return false;
        }
        array.set(ValueLayout.JAVA_LONG, at + 8, lastLength + length);
        return true;
    }

    public void clear() {
        count = 0;
    }

    /** Of the array; valid while this object is reachable. */
    public long address() {
        return array.address();
    }

    public int count() {
        return count;
    }
}
