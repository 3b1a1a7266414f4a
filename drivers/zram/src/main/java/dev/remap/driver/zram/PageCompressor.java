// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

/** Compresses pages into the {@link SlotScratch} it was made for. Confined to one thread; once warm, allocates nothing. */
interface PageCompressor extends AutoCloseable {
    /** Compresses the page at {@code source} into the scratch's payload and returns how many bytes it took. */
    int compress(long source);

    @Override
    void close();
}
