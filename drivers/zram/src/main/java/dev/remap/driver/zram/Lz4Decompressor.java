// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import io.airlift.compress.v3.lz4.Lz4NativeDecompressor;
import java.lang.foreign.MemorySegment;

/** LZ4 by aircompressor's binding of the native library. */
final class Lz4Decompressor implements PageDecompressor {
    private final Lz4NativeDecompressor lz4 = new Lz4NativeDecompressor();
    private final PlainPage page = new PlainPage();

    /** The payload's first n bytes, by n: 130 KB a fetcher, so that no fetch has to make a slice. */
    private final MemorySegment[] prefixes = new MemorySegment[SizeClasses.MAX_PAYLOAD_BYTES + 1];

    Lz4Decompressor(SlotScratch scratch) {
        for (int length = 0; length < prefixes.length; length++) {
            prefixes[length] = scratch.payload().asSlice(0, length);
        }
    }

    @Override
    public boolean decompress(int length, long target) {
        try {
            if (lz4.decompress(prefixes[length], page.segment) != PlainPage.BYTES) {
                return false;
            }
        } catch (IllegalArgumentException malformed) {
            return false;
        }
        page.copyTo(target);
        return true;
    }

    @Override
    public void close() {}
}
