// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import dev.remap.linux.ProcFs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One plain mapping. Views of it have lifetimes of their own; it is unmapped after the last of its holders has gone: the views, and whoever
 * mapped it. Ranges are in bytes of the mapping and are widened to whole pages. Nobody may call it after the end. Thread-safe.
 */
final class MappedMemory {
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final long MINCORE_AT_ONCE = 1 << 30;
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final Path MAPS = Path.of("/proc/self/maps");

    private final long address;
    private final long size;
    private final AtomicInteger holders = new AtomicInteger(1);

    private MappedMemory(long address, long size) {
        this.address = address;
        this.size = size;
    }

    /** Maps a part of a file; nothing at all if it is empty. {@code offset} is a multiple of the host's page size. */
    static MappedMemory map(String what, int fd, long offset, long size, int prot, int flags) throws RemapException {
        if (size == 0) {
            return new MappedMemory(0, 0);
        }
        MappingQuota.PROCESS.take();
        long address = Mmap.map(0, size, prot, flags | Mmap.MAP_NORESERVE, fd, offset);
        if (address < 0) {
            MappingQuota.PROCESS.give();
            long mappings = address == -Errno.ENOMEM ? ProcFs.read(MAPS).lines().count() : 0;
            throw failed("mmap of " + size + " bytes of " + what, address, mappings, MappingQuota.PROCESS);
        }
        return new MappedMemory(address, size);
    }

    static RemapException failed(String what, long errno, long mappings, MappingQuota quota) {
        String failure = what + ": " + Errno.name(errno);
        if (errno == -Errno.ENOMEM && quota.isReachedBy(mappings)) {
            return quota.refused(failure, mappings);
        }
        return switch ((int) -errno) {
            case Errno.EACCES, Errno.EPERM ->
                new RemapException(RemapException.Category.PERMISSION, failure, "Check the file's permissions.");
            case Errno.ENODEV ->
                new RemapException(
                        RemapException.Category.UNSUPPORTED, failure, "Its file system cannot map files: use another.");
            default ->
                new RemapException(
                        RemapException.Category.NO_MEMORY,
                        failure,
                        "Ask for less address space, or raise ulimit -v or vm.max_map_count.");
        };
    }

    /** Where it begins; 0 if it is empty. */
    long address() {
        return address;
    }

    MemorySegment view(long offset, long length, Arena lifetime) {
        holders.incrementAndGet();
        try {
            return Mmap.segment(address + offset, length, lifetime, _ -> release());
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    /** A range that nothing keeps mapped but the caller. */
    MemorySegment segmentForEver(long offset, long length) {
        return Mmap.segment(address + offset, length);
    }

    boolean hasViews() {
        return holders.get() > 1;
    }

    /** One holder fewer. */
    void release() {
        if (holders.decrementAndGet() == 0 && size > 0) {
            Mmap.unmap(address, size);
            MappingQuota.PROCESS.give();
        }
    }

    private long start(long offset) {
        return (address + offset) & -Mmap.PAGE_SIZE;
    }

    private long bytes(long offset, long length) {
        long end = (address + offset + length + Mmap.PAGE_SIZE - 1) & -Mmap.PAGE_SIZE;
        return end - start(offset);
    }

    /** {@code madvise(2)}: 0 or -errno. */
    long advise(long offset, long length, int advice) {
        return length == 0 ? 0 : Mmap.madvise(start(offset), bytes(offset, length), advice);
    }

    /** Has every page mapped, for writing if asked: 0 or -errno, -EFAULT where a touch would be a bus error. Blocks. */
    long populate(long offset, long length, boolean writable) {
        return advise(offset, length, writable ? Mmap.MADV_POPULATE_WRITE : Mmap.MADV_POPULATE_READ);
    }

    /** The same by touching each page, for kernels before Linux 5.14. A page that is not there ends in InternalError. */
    void touch(long offset, long length, boolean writable) {
        if (length == 0) {
            return;
        }
        long bytes = bytes(offset, length);
        MemorySegment pages = Mmap.segment(start(offset), bytes);
        for (long page = 0; page < bytes; page += Mmap.PAGE_SIZE) {
            // A value that stays the same: adding 0 is a write that loses no other thread's.
            int _ = writable ? (int) INT.getAndAdd(pages, page, 0) : (int) INT.getVolatile(pages, page);
        }
    }

    /** Bytes of the pages of a range that are in memory. */
    long resident(long offset, long length) {
        if (length == 0) {
            return 0;
        }
        long start = start(offset);
        long bytes = bytes(offset, length);
        long pages = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment vector = arena.allocate(vectorBytes(Math.min(bytes, MINCORE_AT_ONCE)), Long.BYTES);
            for (long from = 0; from < bytes; from += MINCORE_AT_ONCE) {
                long part = Math.min(MINCORE_AT_ONCE, bytes - from);
                vector.fill((byte) 0);
                if (Mmap.mincore(start + from, part, vector.address()) >= 0) {
                    pages += count(vector, vectorBytes(part));
                }
            }
        }
        return pages * Mmap.PAGE_SIZE;
    }

    private static long vectorBytes(long bytes) {
        return (bytes / Mmap.PAGE_SIZE + Long.BYTES - 1) & -Long.BYTES;
    }

    private static long count(MemorySegment vector, long bytes) {
        long count = 0;
        for (long at = 0; at < bytes; at += Long.BYTES) {
            count += Long.bitCount(vector.get(ValueLayout.JAVA_LONG, at) & LOWEST_BITS);
        }
        return count;
    }

    /** Bytes of the pages that a range touches. */
    long pageBytes(long offset, long length) {
        return length == 0 ? 0 : bytes(offset, length);
    }

    /** Keeps a range in memory: 0 or -errno. Does not nest. */
    long lock(long offset, long length) {
        return Mmap.mlock(start(offset), bytes(offset, length));
    }

    /** Ends that. */
    void unlock(long offset, long length) {
        Mmap.munlock(start(offset), bytes(offset, length));
    }

    /** Makes what was written durable: 0 or -errno. Blocks. */
    long sync(long offset, long length) {
        return length == 0 ? 0 : Mmap.msync(start(offset), bytes(offset, length), Mmap.MS_SYNC);
    }
}
