// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A region's address range: one mapping of one memfd, whose faults are reported. Views with lifetimes of their own may outlive the region;
 * until the last has gone the range stays taken, by a mapping whose every touch is a bus error.
 */
final class RegionMemory {
    private final int memfd;
    private final long address;
    private final long size;
    /** Whether it is a private mapping of a memfd that is open for reading only. */
    private final boolean readOnly;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    /** Views, and the region itself. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private RegionMemory(int memfd, long address, long size, boolean readOnly) {
        this.memfd = memfd;
        this.address = address;
        this.size = size;
        this.readOnly = readOnly;
        segment = accessible(Mmap.segment(address, size, arena, null));
    }

    private MemorySegment accessible(MemorySegment all) {
        return readOnly ? all.asReadOnly() : all;
    }

    static RegionMemory map(String name, long size, Faultfd faultfd) throws RemapException {
        long fd = Memfd.createSized("remap-region-" + name, size);
        if (fd < 0) {
            throw failed("memfd of " + size + " bytes", fd);
        }
        return map((int) fd, size, faultfd);
    }

    /**
     * Maps a memfd, which it takes over. One that is open for reading only is mapped privately, since the kernel reports no faults of a
     * shared mapping that could never be written: pages are the memfd's nevertheless.
     */
    static RegionMemory map(int fd, long size, Faultfd faultfd) throws RemapException {
        boolean readOnly = isReadOnly(fd);
        int protection = readOnly ? Mmap.PROT_READ : Mmap.PROT_READ | Mmap.PROT_WRITE;
        int sharing = readOnly ? Mmap.MAP_PRIVATE : Mmap.MAP_SHARED;
        long address = Mmap.mapUnlocked(size, protection, sharing | Mmap.MAP_NORESERVE, fd);
        if (address < 0) {
            FileIo.close(fd);
            throw failed("mmap of " + size + " bytes", address);
        }
        Mmap.madvise(address, size, Mmap.MADV_DONTFORK);
        Mmap.madvise(address, size, Mmap.MADV_DONTDUMP);
        Mmap.madvise(address, size, Mmap.MADV_NOHUGEPAGE);
        long registered = readOnly ? faultfd.registerReader(address, size) : faultfd.register(address, size);
        if (registered < 0) {
            Mmap.unmap(address, size);
            FileIo.close(fd);
            throw failed("UFFDIO_REGISTER of " + size + " bytes", registered);
        }
        return new RegionMemory(fd, address, size, readOnly);
    }

    /** Whether a memfd is open for reading only. */
    static boolean isReadOnly(int fd) {
        long flags = FileIo.statusFlags(fd);
        return flags >= 0 && (flags & FileIo.O_ACCMODE) == 0;
    }

    private static RemapException failed(String what, long errno) {
        return new RemapException(
                RemapException.Category.NO_MEMORY,
                what + ": " + Errno.name(errno),
                "Ask for less address space, or raise ulimit -v, ulimit -n or vm.max_map_count; after mlockall also ulimit -l.");
    }

    int memfd() {
        return memfd;
    }

    long address() {
        return address;
    }

    long size() {
        return size;
    }

    MemorySegment segment() {
        return segment;
    }

    /** Whether a page is in the memfd, mapped or not. */
    boolean isInMemory(long offset) {
        try (Arena vector = Arena.ofConfined()) {
            MemorySegment lowestBit = vector.allocate(1);
            return Mmap.mincore(address + offset, Mmap.PAGE_SIZE, lowestBit.address()) >= 0
                    && (lowestBit.get(ValueLayout.JAVA_BYTE, 0) & 1) != 0;
        }
    }

    MemorySegment view(long offset, long length, Arena lifetime) {
        holders.incrementAndGet();
        try {
            return accessible(Mmap.segment(address + offset, length, lifetime, ignored -> release()));
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    /** A view whose end is told to {@code onEnd} as well; that must not throw. */
    MemorySegment view(long offset, long length, Arena lifetime, Runnable onEnd) {
        holders.incrementAndGet();
        try {
            return accessible(Mmap.segment(address + offset, length, lifetime, _ -> {
                onEnd.run();
                release();
            }));
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    /** Forbids accesses through {@link #segment}; waits for threads that are in a fault. */
    void closeSegment() {
        arena.close();
    }

    /** Frees the memory, and the address range as soon as no view is left. */
    void unmap() throws RemapException {
        if (holders.get() > 1) {
            coverWithNothing();
        }
        FileIo.close(memfd);
        release();
    }

    /** Whether nothing can be stored. */
    boolean isReadOnly() {
        return readOnly;
    }

    /** A descriptor of the same memory that is open for reading only. */
    int openReader() throws RemapException {
        long reader = Memfd.reopenReadOnly(memfd);
        if (reader < 0) {
            throw failed("opening the region's memory for reading", reader);
        }
        return (int) reader;
    }

    /** Makes every touch, also one that is waiting, end in a bus error: HotSpot's InternalError. */
    void revoke(Faultfd faultfd) {
        if (readOnly) {
            coverForReaders();
        } else {
            FileIo.ftruncate(memfd, 0);
        }
        faultfd.unregister(address, size);
    }

    /** A reader cannot cut the memory that others have. */
    private void coverForReaders() {
        try {
            coverWithNothing();
        } catch (RemapException e) {
            throw new IllegalStateException("a region whose manager is gone would read as zeros", e);
        }
    }

    private void coverWithNothing() throws RemapException {
        long empty = Memfd.createSized("remap-closed", 0);
        if (empty < 0) {
            throw failed("memfd for the place of a closed region", empty);
        }
        long mapped = Mmap.map(address, size, Mmap.PROT_READ, Mmap.MAP_SHARED | Mmap.MAP_FIXED, (int) empty, 0);
        FileIo.close((int) empty);
        if (mapped < 0) {
            throw failed("mmap over a closed region", mapped);
        }
    }

    private void release() {
        if (holders.decrementAndGet() == 0) {
            Mmap.unmap(address, size);
        }
    }
}
