// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.dmirror;

import dev.remap.driver.DescriptorStore;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of PRIVATE memory, which only this device can get at. Sparse: a frame is memory once it has been written. In a memfd that is
 * kept for the next manager, or, if volatile, in memory that ends with this one.
 */
final class DeviceMemory implements AutoCloseable {
    static final long PAGE_BYTES = 4096;

    private static final String KEPT_NAME = "memory";
    private static final MemorySegment ALL = Mmap.segment(0, Long.MAX_VALUE);
    private static final int NO_FILE = -1;

    private final int fd;
    private final long base;
    private final long sizeBytes;

    private DeviceMemory(int fd, long base, long sizeBytes) {
        this.fd = fd;
        this.base = base;
        this.sizeBytes = sizeBytes;
    }

    /** Memory that ends with this process. */
    static DeviceMemory anonymous(String name, long pages) throws IOException {
        return map(name, NO_FILE, pages * PAGE_BYTES, Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS);
    }

    /** The memory that a former manager's device has left, or else new memory, which is kept for the next. */
    static DeviceMemory kept(String name, long pages, DescriptorStore descriptors) throws IOException {
        long sizeBytes = pages * PAGE_BYTES;
        long fd = descriptors.kept(KEPT_NAME);
        boolean isNew = fd < 0;
        if (isNew) {
            fd = Memfd.createFixed("remap-" + name, sizeBytes);
        }
        if (fd < 0) {
            throw failure("memfd_create", name, sizeBytes, fd);
        }
        try {
            if (isNew) {
                descriptors.keep(KEPT_NAME, (int) fd);
            } else if (!Memfd.isFixed((int) fd, sizeBytes)) {
                throw new IOException(
                        "the memory that was kept for device " + name + " has less than " + pages + " pages");
            }
            return map(name, (int) fd, sizeBytes, Mmap.MAP_SHARED);
        } catch (IOException e) {
            FileIo.close((int) fd);
            throw e;
        }
    }

    private static DeviceMemory map(String name, int fd, long sizeBytes, int flags) throws IOException {
        int protection = Mmap.PROT_READ | Mmap.PROT_WRITE;
        long base = Mmap.map(0, sizeBytes, protection, flags | Mmap.MAP_NORESERVE, fd, 0);
        if (base < 0) {
            throw failure("mmap", name, sizeBytes, base);
        }
        return new DeviceMemory(fd, base, sizeBytes);
    }

    private static IOException failure(String call, String name, long sizeBytes, long result) {
        return new IOException(call + " of " + sizeBytes + " bytes failed: " + Errno.name(result) + "; device " + name
                + " has no memory. Limits to look at: ulimit -n, ulimit -f, ulimit -v");
    }

    /** Copies a frame to an address. */
    void read(int index, long targetAddress) {
        MemorySegment.copy(ALL, address(index), ALL, targetAddress, PAGE_BYTES);
    }

    /** Copies bytes from an address to a frame. */
    void write(int index, long sourceAddress) {
        MemorySegment.copy(ALL, sourceAddress, ALL, address(index), PAGE_BYTES);
    }

    /** Makes a frame all zeros. */
    void clear(int index) {
        ALL.asSlice(address(index), PAGE_BYTES).fill((byte) 0);
    }

    private long address(int index) {
        long offset = index * PAGE_BYTES;
        assert offset >= 0 && offset < sizeBytes : index;
        return base + offset;
    }

    @Override
    public void close() {
        Mmap.unmap(base, sizeBytes);
        if (fd != NO_FILE) {
            FileIo.close(fd);
        }
    }
}
