// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Memory for pages, aligned. Contents are told by a seed. */
final class Pages {
    static final int BYTES = 4096;

    final MemorySegment memory;

    Pages(int pages) {
        memory = Arena.ofAuto().allocate((long) pages * BYTES, BYTES);
    }

    static byte[] random(long seed) {
        byte[] page = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(page);
        return page;
    }

    long address(int index) {
        return memory.address() + (long) index * BYTES;
    }

    void put(int index, byte[] content) {
        MemorySegment.copy(content, 0, memory, ValueLayout.JAVA_BYTE, (long) index * BYTES, content.length);
    }

    void put(int index, long seed) {
        put(index, random(seed));
    }

    byte[] get(int index) {
        return memory.asSlice((long) index * BYTES, BYTES).toArray(ValueLayout.JAVA_BYTE);
    }

    void wipe() {
        memory.fill((byte) 0x55);
    }
}
