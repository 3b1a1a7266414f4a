// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

/**
 * The memory of a region's resident pages, apart from any mapping. Never touched through a mapping of the manager's: reading a hole
 * that way would allocate a page. Thread-safe; answers 0 or -errno.
 */
public interface Backing extends AutoCloseable {
    /** Reads whole pages that are in DRAM to an address of the manager's. */
    long read(long page, long pages, long targetAddress);

    /** Writes bytes of one page that is in DRAM, from an address of the manager's. */
    long write(long page, long offset, long length, long sourceAddress);

    /** Reads bytes of one page that is in DRAM. */
    long readPart(long page, long offset, long length, long targetAddress);

    /** Takes whole pages out of DRAM and out of every mapping. After an error some of them may be out: see {@link #has}. */
    long punch(long page, long pages);

    /** The first page from {@code page} on that is in DRAM; -errno if there is none. */
    long nextPresent(long page);

    /** The first page from {@code page}, which is in DRAM, on that is not. */
    long nextAbsent(long page);

    /** Whether a page is in DRAM. */
    default boolean has(long page) {
        return nextPresent(page) == page;
    }

    @Override
    void close();
}
