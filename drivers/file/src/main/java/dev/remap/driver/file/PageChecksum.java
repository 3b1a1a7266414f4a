// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Pages in private, aligned memory, and their checksums: CRC32C of the page's number and its contents. Confined to one thread. */
final class PageChecksum {
    private final CRC32C crc = new CRC32C();
    private final MemorySegment number = Arena.ofAuto().allocate(Long.BYTES, Long.BYTES);
    private final ByteBuffer numberBytes = number.asByteBuffer();
    private final ByteBuffer bytes;
    private final long address;

    /** Room for so many pages. */
    PageChecksum(int pages) {
        MemorySegment memory = Arena.ofAuto().allocate((long) pages * RawMemory.PAGE_BYTES, RawMemory.PAGE_BYTES);
        bytes = memory.asByteBuffer();
        address = memory.address();
    }

    /** Where page {@code index} of this memory is. */
    long address(int index) {
        return address + (long) index * RawMemory.PAGE_BYTES;
    }

    /** Copies a page here and answers its checksum. */
    int take(int index, long page, long source) {
        RawMemory.copyPage(source, address(index));
        number.set(ValueLayout.JAVA_LONG, 0, page);
        crc.reset();
        crc.update(numberBytes.rewind());
        int start = index * RawMemory.PAGE_BYTES;
        crc.update(bytes.limit(start + RawMemory.PAGE_BYTES).position(start));
        return (int) crc.getValue();
    }
}
