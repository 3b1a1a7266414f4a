// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Tier;

/**
 * Gets pages back. Slot bytes are read plainly: whoever stored or moved them did so before the core published the location with
 * release, and the caller has read that location with acquire.
 */
final class ZramFetcher implements Tier.Fetcher {
    private final PoolMemory memory;
    private final SlotScratch scratch = new SlotScratch();
    private final PageDecompressor decompressor;
    private volatile boolean closed;

    ZramFetcher(PoolMemory memory, CodecChoice codec) {
        this.memory = memory;
        decompressor = codec.newDecompressor(scratch);
    }

    @Override
    public long fetch(long page, long location, long targetAddress) {
        if (closed) {
            return Tier.IO_ERROR;
        }
        if (!memory.reaches(location, SizeClasses.MIN_SLOT_BYTES)) {
            return Tier.CORRUPT;
        }
        long slot = memory.address(location);
        long owner = RawMemory.getLong(slot + ZramSlotLayout.OWNER_OFFSET);
        int length = ZramSlotLayout.length(owner);
        int bytes = ZramSlotLayout.HEADER_BYTES + length;
        if (ZramSlotLayout.page(owner) != page
                || !ZramSlotLayout.isIntact(owner)
                || length > SizeClasses.MAX_PAYLOAD_BYTES
                || !memory.reaches(location, bytes)) {
            return Tier.CORRUPT;
        }
        RawMemory.copy(slot, scratch.address(), bytes);
        if (!scratch.isSealed(page, length)) {
            return Tier.CORRUPT;
        }
        return decompressor.decompress(length, targetAddress) ? 0 : Tier.CORRUPT;
    }

    /** The pool is about to be unmapped; the core has seen to it that no fetch is under way. */
    void close() {
        closed = true;
        decompressor.close();
    }
}
