// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.Mmap;
import java.io.IOException;

/**
 * Four bytes a slot, sparse: the checksum of what the slot was given. Written by the storing thread and read plainly by fetchers: the
 * core publishes the location with release after the store, and a fetch has read it with acquire.
 */
final class SlotChecksums {
    private final long base;
    private final long limit;

    SlotChecksums(long limit) throws IOException {
        this.limit = limit;
        base = RawMemory.mapSparse(limit * Integer.BYTES, "checksums of " + limit + " slots");
    }

    boolean reaches(long slot) {
        return slot >= 0 && slot < limit;
    }

    int get(long slot) {
        return RawMemory.getInt(base + slot * Integer.BYTES);
    }

    void put(long slot, int checksum) {
        RawMemory.putInt(base + slot * Integer.BYTES, checksum);
    }

    void close() {
        Mmap.unmap(base, limit * Integer.BYTES);
    }
}
