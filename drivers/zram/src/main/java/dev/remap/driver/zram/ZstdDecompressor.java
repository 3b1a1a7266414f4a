// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** Zstandard by zstd-jni with a reused context; see {@link ZstdCompressor}. */
final class ZstdDecompressor implements PageDecompressor {
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final PlainPage page = new PlainPage();
    private final ByteBuffer target = page.segment.asByteBuffer();
    private final ByteBuffer payload;

    ZstdDecompressor(SlotScratch scratch) {
        zstd.setMagicless(true);
        payload = scratch.payload().asByteBuffer();
    }

    @Override
    public boolean decompress(int length, long targetAddress) {
        try {
            int bytes = zstd.decompressDirectByteBuffer(target, 0, PlainPage.BYTES, payload, 0, length);
            if (bytes != PlainPage.BYTES) {
                return false;
            }
        } catch (ZstdException malformed) {
            return false;
        }
        page.copyTo(targetAddress);
        return true;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
