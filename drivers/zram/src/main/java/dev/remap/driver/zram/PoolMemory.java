// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.io.IOException;

/** The pool's file, a sparse memfd, and this process' mapping of it. A page of the file is memory once it has been touched. */
final class PoolMemory {
    private static final String NAME_PREFIX = "remap-zram-";

    /** A memfd's name may have 249 bytes; a character can take 3. */
    private static final int MAX_NAME_CHARS = 72;

    private final int fd;
    private final long base;
    private final long sizeBytes;

    private PoolMemory(int fd, long base, long sizeBytes) {
        this.fd = fd;
        this.base = base;
        this.sizeBytes = sizeBytes;
    }

    static PoolMemory open(String regionName, long sizeBytes) throws IOException {
        String name = NAME_PREFIX + regionName.substring(0, Math.min(regionName.length(), MAX_NAME_CHARS));
        long fd = Memfd.createFixed(name, sizeBytes);
        if (fd < 0) {
            throw failure("memfd_create(" + name + ") of " + sizeBytes + " bytes", fd, "ulimit -n, ulimit -f");
        }
        long base = mapPrivately((int) fd, sizeBytes);
        if (base < 0) {
            FileIo.close((int) fd);
            throw failure("mmap(" + name + ") of " + sizeBytes + " bytes", base, "ulimit -v, vm.max_map_count");
        }
        return new PoolMemory((int) fd, base, sizeBytes);
    }

    int fd() {
        return fd;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether so many bytes at a location, which may be any number, lie in the pool. */
    boolean reaches(long location, int bytes) {
        return location >= 0 && location < Tier.LOCATION_LIMIT && ChunkLayout.offset(location) <= sizeBytes - bytes;
    }

    long address(long location) {
        assert reaches(location, 1) : location;
        return base + ChunkLayout.offset(location);
    }

    /** Gives back the memory of {@code pages} pages of a chunk; false if the kernel will not. */
    boolean punch(int chunk, int firstPage, int pages) {
        long offset = ChunkLayout.chunkOffset(chunk) + (long) firstPage * ChunkLayout.PAGE_BYTES;
        return FileIo.punchHole(fd, offset, (long) pages * ChunkLayout.PAGE_BYTES) >= 0;
    }

    void close() {
        Mmap.unmap(base, sizeBytes);
        FileIo.close(fd);
    }

    /** Not inherited by children, not in core dumps, and without huge pages, which would touch 512 pages at once, uncharged. */
    private static long mapPrivately(int fd, long sizeBytes) {
        int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
        long base = Mmap.map(0, sizeBytes, protection, Mmap.MAP_SHARED | Mmap.MAP_NORESERVE, fd, 0);
        if (base < 0) {
            return base;
        }
        long result = Mmap.madvise(base, sizeBytes, Mmap.MADV_NOHUGEPAGE);
        if (result >= 0 || result == -Errno.EINVAL) { // EINVAL: a kernel built without huge pages
            result = Mmap.madvise(base, sizeBytes, Mmap.MADV_DONTFORK);
        }
        if (result >= 0) {
            result = Mmap.madvise(base, sizeBytes, Mmap.MADV_DONTDUMP);
        }
        if (result < 0) {
            Mmap.unmap(base, sizeBytes);
            return result;
        }
        return base;
    }

    private static IOException failure(String call, long result, String remedy) {
        return new IOException(call + " failed: " + Errno.name(result)
                + "; the region cannot have compressed DRAM. Limits to look at: " + remedy);
    }
}
