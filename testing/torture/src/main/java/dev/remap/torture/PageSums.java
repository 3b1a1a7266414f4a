// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/** A checksum of each page. */
final class PageSums {
    private final int[] sums;

    PageSums(int pages) {
        sums = new int[pages];
    }

    void set(int page, MemorySegment bytes) {
        sums[page] = sum(bytes);
    }

    boolean matches(int page, MemorySegment bytes) {
        return sums[page] == sum(bytes);
    }

    private static int sum(MemorySegment bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.asByteBuffer());
        return (int) crc.getValue();
    }
}
