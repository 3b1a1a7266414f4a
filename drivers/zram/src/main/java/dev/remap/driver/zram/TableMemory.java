// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import java.io.IOException;

/**
 * Where a pool's tables are: zeros, of this process alone, that take DRAM where they have been written. Not on the heap, which is of a
 * fixed size, while the tables grow with the pool; as large as they can ever become from the start, so that nothing is copied to grow.
 */
final class TableMemory implements AutoCloseable {
    private final long address;
    private final long bytes;

    /** @throws IOException if there is no address space for it; the message names the limits */
    TableMemory(long bytes) throws IOException {
        this.bytes = bytes + ChunkLayout.PAGE_BYTES - 1 & -ChunkLayout.PAGE_BYTES;
        address = Mmap.map(
                0,
                this.bytes,
                Mmap.PROT_READ | Mmap.PROT_WRITE,
                Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS | Mmap.MAP_NORESERVE,
                -1,
                0);
        if (address < 0) {
            throw new IOException("zram: mmap of " + this.bytes + " bytes of tables: " + Errno.name(address)
                    + " (ulimit -v, vm.max_map_count)");
        }
        Mmap.madvise(address, this.bytes, Mmap.MADV_NOHUGEPAGE);
        Mmap.madvise(address, this.bytes, Mmap.MADV_DONTFORK);
    }

    long address() {
        return address;
    }

    @Override
    public void close() {
        Mmap.unmap(address, bytes);
    }
}
