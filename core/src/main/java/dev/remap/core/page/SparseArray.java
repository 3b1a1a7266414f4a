// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Zero-initialised off-heap memory that costs DRAM only where it has been written: per-page state of regions of any size. Thread-safe
 * as far as each method says; allocates nothing.
 *
 * <p>A load of a hole in private memory maps the kernel's one page of zeros; in a memfd it allocates a page of its own. So an array over a
 * memfd remembers, a bit for each 4 KiB, where there may be something, and does not look elsewhere. A bit is set before what it stands for
 * is written, both with volatile semantics: who does not see the bit would not have seen the value.
 */
public final class SparseArray implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private static final int NO_FILE = -1;
    private static final int PAGE_SHIFT = 12;

    private final MemorySegment memory;
    private final int fd;
    private final @Nullable AtomicLongArray written;

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
        written = fd == NO_FILE ? null : dataOf(fd, length);
    }

    private static AtomicLongArray dataOf(int fd, long length) {
        long pages = length >>> PAGE_SHIFT;
        AtomicLongArray bits = new AtomicLongArray(Math.toIntExact((pages + Long.SIZE - 1) / Long.SIZE));
        long at = FileIo.lseek(fd, 0, FileIo.SEEK_DATA);
        while (at >= 0 && at < length) {
            long end = Math.min(length, FileIo.lseek(fd, at, FileIo.SEEK_HOLE));
            for (long page = at >>> PAGE_SHIFT; page < end >>> PAGE_SHIFT; page++) {
                set(bits, page);
            }
            at = FileIo.lseek(fd, end, FileIo.SEEK_DATA);
        }
        return bits;
    }

    private static void set(AtomicLongArray bits, long page) {
        int word = (int) (page >>> 6);
        long bit = 1L << page;
        long seen = bits.get(word);
        while ((seen & bit) == 0) {
            seen = bits.compareAndExchange(word, seen, seen | bit);
        }
    }

    private void write(long offset) {
        AtomicLongArray bits = written;
        if (bits != null) {
            set(bits, offset >>> PAGE_SHIFT);
        }
    }

    private boolean isHole(long offset) {
        AtomicLongArray bits = written;
        long page = offset >>> PAGE_SHIFT;
        return bits != null && (bits.get((int) (page >>> 6)) & 1L << page) == 0;
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
        return isHole(index) ? 0 : memory.get(ValueLayout.JAVA_BYTE, index) & 0xFF;
    }

    /** Plain write of one byte. */
    public void setByte(long index, int value) {
        write(index);
        memory.set(ValueLayout.JAVA_BYTE, index, (byte) value);
    }

    /** Volatile read of the int at {@code index}. */
    public int getInt(long index) {
        return isHole(index * Integer.BYTES) ? 0 : (int) INT.getVolatile(memory, index * Integer.BYTES);
    }

    /** Atomically adds; answers the new value. */
    public int addInt(long index, int delta) {
        write(index * Integer.BYTES);
        return (int) INT.getAndAdd(memory, index * Integer.BYTES, delta) + delta;
    }

    /** Volatile read of the long at {@code index}. */
    public long getLong(long index) {
        return isHole(index * Long.BYTES) ? 0 : (long) LONG.getVolatile(memory, index * Long.BYTES);
    }

    /** Volatile write of the long at {@code index}. */
    public void setLong(long index, long value) {
        write(index * Long.BYTES);
        LONG.setVolatile(memory, index * Long.BYTES, value);
    }

    /** Atomically replaces a long, if it is as expected. */
    public boolean compareAndSetLong(long index, long expected, long value) {
        write(index * Long.BYTES);
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
