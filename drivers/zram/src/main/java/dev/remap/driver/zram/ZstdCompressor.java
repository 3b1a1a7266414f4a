// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;

/**
 * Zstandard by zstd-jni with a reused context. Frames carry neither magic number, size nor checksum: slots have their own.
 *
 * <p>The library wraps both buffers anew on each call, up to 300 bytes, which the compiler removes, or not, as it happens to inline.
 */
final class ZstdCompressor implements PageCompressor {
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final PlainPage page = new PlainPage();
    private final ByteBuffer source = page.segment.asByteBuffer();
    private final ByteBuffer payload;

    ZstdCompressor(int level, SlotScratch scratch) {
        zstd.setLevel(level)
                .setMagicless(true)
                .setContentSize(false)
                .setChecksum(false)
                .setDictID(false);
        payload = scratch.payload().asByteBuffer();
    }

    @Override
    public int compress(long sourceAddress) {
        page.copyFrom(sourceAddress);
        return zstd.compressDirectByteBuffer(payload, 0, payload.capacity(), source, 0, PlainPage.BYTES);
    }

    @Override
    public void close() {
        zstd.close();
    }
}
