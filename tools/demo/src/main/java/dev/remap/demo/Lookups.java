// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Looks orders up, as an index does: the block of keys by the fences in memory, the entry by binary search in the block, the record by the
 * entry. Checks every record against the entry's CRC-32C. Not thread-safe.
 */
final class Lookups {
    /** Lookups between two marks of the trail. */
    static final int STRIDE = 100;

    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private final FileAccess access;
    private final long[] fences;
    private final long entries;
    private final byte[] record = new byte[OrderEncoder.MAX_BYTES];

    Lookups(FileAccess access, long[] fences, long entries) {
        this.access = access;
        this.fences = fences.clone();
        this.entries = entries;
    }

    /** The CRC-32C of the record with a key, as it was read. */
    int lookUp(long key) throws IOException {
        int at = blockOf(fences, key);
        long first = (long) at * KeyEntry.PER_BLOCK;
        int count = (int) Math.min(KeyEntry.PER_BLOCK, entries - first);
        MemorySegment block = access.block(first * KeyEntry.BYTES, count * KeyEntry.BYTES);
        int index = KeyEntry.find(block, count, key);
        if (index < 0) {
            throw new IllegalStateException("there is no order " + key + " in block " + at);
        }
        int length = KeyEntry.length(block, index);
        long offset = KeyEntry.offset(block, index);
        int expected = KeyEntry.crc(block, index);
        if (length < 0 || length > record.length) {
            throw new IllegalStateException("order " + key + " has a record of " + length + " bytes");
        }
        access.record(offset, record, length);
        int found = IndexFiles.crc(record, length);
        if (found != expected) {
            throw new IllegalStateException("order " + key + " was read with wrong bytes");
        }
        return found;
    }

    /** The last block whose first key is not above a key. */
    static int blockOf(long[] fences, long key) {
        int found = Arrays.binarySearch(fences, key);
        return found >= 0 ? found : Math.max(0, -found - 2);
    }

    /** A running checksum with one more record. */
    static long fold(long checksum, int crc) {
        return (checksum ^ crc) * FACTOR + 1;
    }
}
