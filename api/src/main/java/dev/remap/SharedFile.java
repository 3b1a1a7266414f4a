// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A file of the manager's, mapped read-only. Owns its descriptor. Reading it after {@link #close} throws, from any thread. */
record SharedFile(int fd, MemorySegment memory, Arena arena) implements AutoCloseable {
    static SharedFile map(int fd, long bytes) throws RemapException {
        if (!Memfd.isFixed(fd, bytes)) {
            FileIo.close(fd);
            throw new RemapException(
                    RemapException.Category.INCOMPATIBLE,
                    "what the manager shares is no memfd of " + bytes + " bytes that is sealed against getting shorter",
                    "Use the same release of both.");
        }
        long address = Mmap.mapUnlocked(bytes, Mmap.PROT_READ, Mmap.MAP_SHARED, fd);
        if (address < 0) {
            FileIo.close(fd);
            throw new RemapException(
                    RemapException.Category.NO_MEMORY,
                    "mmap of " + bytes + " bytes that the manager shares: " + Errno.name(address),
                    "Check vm.max_map_count and the address-space limit (ulimit -v).");
        }
        Arena arena = Arena.ofShared();
        return new SharedFile(fd, Mmap.segment(address, bytes, arena, ignored -> Mmap.unmap(address, bytes)), arena);
    }

    @Override
    public void close() {
        arena.close();
        FileIo.close(fd);
    }
}
