// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One thread's private copy of a slot. Stores put a slot together here before it gets a place in the pool; fetches check and decompress
 * the copy, since the pool is shared memory and could change between the two.
 */
final class SlotScratch {
    private static final int ALIGNMENT = 64;

    /** Room for any compressed page, also one that got larger: no codec has to give up midway, which would cost an exception. */
    private static final int PAYLOAD_BOUND = 8192;

    private final CRC32C crc = new CRC32C();
    private final MemorySegment payload;
    private final ByteBuffer buffer;
    private final long address;

    SlotScratch() {
        MemorySegment segment = Arena.ofAuto().allocate(ZramSlotLayout.HEADER_BYTES + PAYLOAD_BOUND, ALIGNMENT);
        payload = segment.asSlice(ZramSlotLayout.HEADER_BYTES);
        buffer = segment.asByteBuffer();
        address = segment.address();
    }

    long address() {
        return address;
    }

    /** What follows the header. */
    MemorySegment payload() {
        return payload;
    }

    /** Writes the header for {@code length} bytes of payload. */
    void seal(long page, int length) {
        RawMemory.putLong(address + ZramSlotLayout.OWNER_OFFSET, ZramSlotLayout.owner(page, length));
        RawMemory.putInt(address + ZramSlotLayout.CRC_OFFSET, checksum(length));
    }

    /** Whether this is, unharmed, a slot of {@code page} with {@code length} bytes of payload. */
    boolean isSealed(long page, int length) {
        return RawMemory.getLong(address + ZramSlotLayout.OWNER_OFFSET) == ZramSlotLayout.owner(page, length)
                && RawMemory.getInt(address + ZramSlotLayout.CRC_OFFSET) == checksum(length);
    }

    private int checksum(int length) {
        crc.reset();
        buffer.limit(ZramSlotLayout.HEADER_BYTES + length).position(ZramSlotLayout.COVERED_OFFSET);
        crc.update(buffer);
        return (int) crc.getValue();
    }
}
