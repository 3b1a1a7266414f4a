// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import dev.remap.driver.DescriptorStore;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.io.IOException;

/**
 * The pool's file, a sparse memfd, and this process' mapping of it. A page of the file is memory once it has been touched.
 *
 * <pre>
 *  0                                    size           size + chunks
 *  +-------------------------------------+-------------+
 *  | chunks of slots                     | size class  |   a byte a chunk: 0, or its class + 1
 *  +-------------------------------------+-------------+
 * </pre>
 *
 * <p>The classes are here, and not only in the heap, so that another manager can tell where slots begin.
 */
final class PoolMemory {
    private static final String NAME_PREFIX = "remap-zram-";
    private static final String KEPT_NAME = "pool";

    /** A memfd's name may have 249 bytes; a character can take 3. */
    private static final int MAX_NAME_CHARS = 72;

    private final int fd;
    private final long base;
    private final long sizeBytes;

    private final boolean adopted;

    private PoolMemory(int fd, long base, long sizeBytes, boolean adopted) {
        this.fd = fd;
        this.base = base;
        this.sizeBytes = sizeBytes;
        this.adopted = adopted;
    }

    /** The pool that a former manager has left, or else a new one, which is kept for the next. */
    static PoolMemory open(String regionName, long sizeBytes, DescriptorStore descriptors) throws IOException {
        int left = descriptors.kept(KEPT_NAME);
        if (left >= 0) {
            return map(left, regionName, sizeBytes, true);
        }
        String name = NAME_PREFIX + regionName.substring(0, Math.min(regionName.length(), MAX_NAME_CHARS));
        long fd = Memfd.createFixed(name, fileBytes(sizeBytes));
        if (fd < 0) {
            throw failure("memfd_create(" + name + ") of " + sizeBytes + " bytes", fd, "ulimit -n, ulimit -f");
        }
        PoolMemory memory = map((int) fd, regionName, sizeBytes, false);
        try {
            descriptors.keep(KEPT_NAME, (int) fd);
        } catch (IOException e) {
            memory.close();
            throw e;
        }
        return memory;
    }

    private static PoolMemory map(int fd, String regionName, long sizeBytes, boolean adopted) throws IOException {
        long base = mapPrivately(fd, fileBytes(sizeBytes));
        if (base < 0) {
            FileIo.close(fd);
            throw failure(
                    "mmap of the pool of region " + regionName + ", " + sizeBytes + " bytes",
                    base,
                    "ulimit -v, vm.max_map_count");
        }
        return new PoolMemory(fd, base, sizeBytes, adopted);
    }

    private static long fileBytes(long sizeBytes) {
        return sizeBytes
                + (sizeBytes / ChunkLayout.CHUNK_BYTES + ChunkLayout.PAGE_BYTES - 1)
                        / ChunkLayout.PAGE_BYTES
                        * ChunkLayout.PAGE_BYTES;
    }

    /** Whether a former manager has filled it. */
    boolean isAdopted() {
        return adopted;
    }

    /** The class of a chunk's slots, as it was set last; -1 if it never was. */
    int sizeClass(int chunk) {
        return RawMemory.getByte(base + sizeBytes + chunk) - 1;
    }

    /** Notes the class of a chunk's slots, before a location in it is published. */
    void sizeClass(int chunk, int sizeClass) {
        RawMemory.putByte(base + sizeBytes + chunk, (byte) (sizeClass + 1));
    }

    /** The first page of the file, from {@code page} on, that may hold memory; or the number of pages of all chunks. */
    long nextData(long page) {
        return seek(page, FileIo.SEEK_DATA);
    }

    /** The first page of the file, from {@code page} on, that holds none. */
    long nextHole(long page) {
        return seek(page, FileIo.SEEK_HOLE);
    }

    private long seek(long page, int whence) {
        long pages = sizeBytes / ChunkLayout.PAGE_BYTES;
        if (page >= pages) {
            return pages;
        }
        long at = FileIo.lseek(fd, page * ChunkLayout.PAGE_BYTES, whence);
        return at < 0 ? pages : Math.min(pages, at / ChunkLayout.PAGE_BYTES);
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
        Mmap.unmap(base, fileBytes(sizeBytes));
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
