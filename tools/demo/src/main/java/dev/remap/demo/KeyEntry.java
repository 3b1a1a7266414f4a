// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One entry of the key file, little-endian; entries are sorted by key, and a block of 4096 bytes holds 128 of them.
 *
 * <pre>
 *  0           8              16             20                   24           28
 *  | order key | record offset | record length | record CRC-32C | order date | lines |
 * </pre>
 */
final class KeyEntry {
    static final int BYTES = 32;
    static final int BLOCK_BYTES = 4096;
    static final int PER_BLOCK = BLOCK_BYTES / BYTES;

    private static final long OFFSET_AT = 8;
    private static final long LENGTH_AT = 16;
    private static final long CRC_AT = 20;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private KeyEntry() {}

    /** Appends an entry to a little-endian buffer. */
    static void put(ByteBuffer target, long key, long offset, int length, int crc, int date, int lines) {
        target.putLong(key)
                .putLong(offset)
                .putInt(length)
                .putInt(crc)
                .putInt(date)
                .putInt(lines);
    }

    /** The index in a block of the entry with a key, by binary search; negative if there is none. */
    static int find(MemorySegment block, int entries, long key) {
        int low = 0;
        int high = entries - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = key(block, middle);
            if (found == key) {
                return middle;
            }
            if (found < key) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    private static long key(MemorySegment block, int index) {
        return block.get(LONG, (long) index * BYTES);
    }

    static long offset(MemorySegment block, int index) {
        return block.get(LONG, (long) index * BYTES + OFFSET_AT);
    }

    static int length(MemorySegment block, int index) {
        return block.get(INT, (long) index * BYTES + LENGTH_AT);
    }

    static int crc(MemorySegment block, int index) {
        return block.get(INT, (long) index * BYTES + CRC_AT);
    }
}
