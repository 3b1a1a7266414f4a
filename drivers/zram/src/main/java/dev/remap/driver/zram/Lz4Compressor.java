// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import io.airlift.compress.v3.lz4.Lz4NativeCompressor;

/** LZ4 by aircompressor's binding of the native library. */
final class Lz4Compressor implements PageCompressor {
    private final Lz4NativeCompressor lz4 = new Lz4NativeCompressor();
    private final PlainPage page = new PlainPage();
    private final SlotScratch scratch;

    Lz4Compressor(SlotScratch scratch) {
        this.scratch = scratch;
    }

    @Override
    public int compress(long source) {
        page.copyFrom(source);
        return lz4.compress(page.segment, scratch.payload());
    }

    @Override
    public void close() {}
}
