// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/** Decompresses pages from the {@link SlotScratch} it was made for. Confined to one thread; once warm, allocates nothing. */
interface PageDecompressor extends AutoCloseable {
    /** Decompresses {@code length} bytes of the scratch's payload to {@code target}; false if they do not make a page. */
    boolean decompress(int length, long target);

    @Override
    void close();
}
