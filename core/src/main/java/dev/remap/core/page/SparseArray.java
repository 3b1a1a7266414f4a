// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Zero-initialised off-heap memory that costs DRAM only where it has been written: per-page state of regions of any size. Thread-safe
 * as far as each method says; allocates nothing.
 */
public final class SparseArray implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private static final int NO_FILE = -1;

    private final MemorySegment memory;
    private final int fd;

    /** An array of {@code bytes} bytes, of this process. */
    public SparseArray(long bytes) throws IOException {
        this(bytes, NO_FILE, Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS);
    }

    /** An array of {@code bytes} bytes over a memfd of at least so many, which it takes over. */
    public SparseArray(long bytes, int memfd) throws IOException {
        this(bytes, memfd, Mmap.MAP_SHARED);
    }

    private SparseArray(long bytes, int fd, int flags) throws IOException {
        this.fd = fd;
        long length = pages(bytes);
        long address = Mmap.map(0, length, Mmap.PROT_READ | Mmap.PROT_WRITE, flags | Mmap.MAP_NORESERVE, fd, 0);
        if (address < 0) {
            throw new IOException("mmap of " + length + " bytes of page descriptors: " + Errno.name(address));
        }
        Mmap.madvise(address, length, Mmap.MADV_NOHUGEPAGE);
        memory = Mmap.segment(address, length);
    }

    /** The bytes of a memfd that can hold {@code bytes} bytes. */
    public static long pages(long bytes) {
        return (bytes + 4095) & -4096L;
    }

    /** Makes all of it zero, if it is over a memfd. */
    public void clear() {
        if (fd != NO_FILE) {
            FileIo.punchHole(fd, 0, memory.byteSize());
        }
    }

    /** The memfd, or -1. */
    public int fd() {
        return fd;
    }

    /** Plain read of one byte. */
    public int getByte(long index) {
        return memory.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
    }

    /** Plain write of one byte. */
    public void setByte(long index, int value) {
        memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }

    /** Volatile read of the int at {@code index}. */
    public int getInt(long index) {
        return (int) INT.getVolatile(memory, index * Integer.BYTES);
    }

    /** Atomically adds; answers the new value. */
    public int addInt(long index, int delta) {
        return (int) INT.getAndAdd(memory, index * Integer.BYTES, delta) + delta;
    }

    /** Volatile read of the long at {@code index}. */
    public long getLong(long index) {
        return (long) LONG.getVolatile(memory, index * Long.BYTES);
    }

    /** Volatile write of the long at {@code index}. */
    public void setLong(long index, long value) {
        LONG.setVolatile(memory, index * Long.BYTES, value);
    }

    /** Atomically replaces a long, if it is as expected. */
    public boolean compareAndSetLong(long index, long expected, long value) {
        return LONG.compareAndSet(memory, index * Long.BYTES, expected, value);
    }

    @Override
    public void close() {
        Mmap.unmap(memory.address(), memory.byteSize());
        if (fd != NO_FILE) {
            FileIo.close(fd);
        }
    }
}
