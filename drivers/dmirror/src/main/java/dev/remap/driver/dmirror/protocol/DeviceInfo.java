// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror.protocol;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a device says of itself, as eight-byte numbers in the order of the components.
 *
 * @param version of the protocol
 * @param operations a bit each, by number
 * @param kind {@link #PRIVATE} or {@link #COHERENT}
 * @param survival {@link #SURVIVES} if its memory is there when another manager has probed it again, else 0
 * @param frames how many its memory has
 * @param freeFrames how many of them are free, in the driver's books
 * @param pagesInUse how many have a page, in the core's books
 * @param mirrors how many regions it watches
 * @param mapped how many pages its page tables map
 */
public record DeviceInfo(
        long version,
        long operations,
        long kind,
        long survival,
        long frames,
        long freeFrames,
        long pagesInUse,
        long mirrors,
        long mapped) {
    /** The CPU cannot use the memory. */
    public static final long PRIVATE = 1;

    /** CPU and device use the memory in place. */
    public static final long COHERENT = 2;

    /** The memory outlives the manager. */
    public static final long SURVIVES = 1;

    /** Bytes of it. */
    public static final int BYTES = 9 * Long.BYTES;

    /** The bits of operations. */
    public static long operations(int... numbers) {
        long bits = 0;
        for (int number : numbers) {
            bits |= 1L << number;
        }
        return bits;
    }

    /** Whether the device carries out an operation. */
    public boolean has(int operation) {
        return (operations & 1L << operation) != 0;
    }

    /** Reads it from a buffer. */
    public static DeviceInfo read(MemorySegment buffer) {
        long[] values = buffer.asSlice(0, BYTES).toArray(ValueLayout.JAVA_LONG_UNALIGNED);
        return new DeviceInfo(
                values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7], values[8]);
    }

    /** Writes it to a buffer; answers 0, as the command does. */
    public long write(MemorySegment buffer) {
        long[] values = {version, operations, kind, survival, frames, freeFrames, pagesInUse, mirrors, mapped};
        MemorySegment.copy(values, 0, buffer, ValueLayout.JAVA_LONG_UNALIGNED, 0, values.length);
        return 0;
    }
}
