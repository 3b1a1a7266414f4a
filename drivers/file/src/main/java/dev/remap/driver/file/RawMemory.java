// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.Errno;
import dev.remap.linux.Mmap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory by address. Nothing checks that an address is mapped: callers stay within what they mapped. */
final class RawMemory {
    /** Of a page, of a slot, and of what is read or written around the page cache. */
    static final int PAGE_BYTES = 4096;

    static final int PAGE_SHIFT = 12;

    private static final MemorySegment ALL = Mmap.segment(0, Long.MAX_VALUE);
    private static final MemorySegment ZEROS = Arena.global().allocate(PAGE_BYTES, PAGE_BYTES);

    private RawMemory() {}

    static long getLong(long address) {
        return ALL.get(ValueLayout.JAVA_LONG, address);
    }

    static void putLong(long address, long value) {
        ALL.set(ValueLayout.JAVA_LONG, address, value);
    }

    static int getInt(long address) {
        return ALL.get(ValueLayout.JAVA_INT, address);
    }

    static void putInt(long address, int value) {
        ALL.set(ValueLayout.JAVA_INT, address, value);
    }

    static void copyPage(long source, long target) {
        MemorySegment.copy(ALL, source, ALL, target, PAGE_BYTES);
    }

    /** Copies the first bytes of an array's part from {@code offset} to memory. */
    static void copyIn(byte[] source, int offset, long target, int bytes) {
        MemorySegment.copy(source, offset, ALL, ValueLayout.JAVA_BYTE, target, bytes);
    }

    /** Copies memory to the start of an array. */
    static void copyOut(long source, byte[] target, int bytes) {
        copyOut(source, target, 0, bytes);
    }

    /** Copies memory to an array from {@code offset} on. */
    static void copyOut(long source, byte[] target, int offset, int bytes) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, source, target, offset, bytes);
    }

    /** Makes {@code bytes} bytes, at most a page, zeros. */
    static void zero(long target, long bytes) {
        MemorySegment.copy(ZEROS, 0, ALL, target, bytes);
    }

    /** The memory of a memfd, of which only what is touched is there. */
    static long mapShared(int fd, long bytes, String what) throws IOException {
        int flags = Mmap.MAP_SHARED | Mmap.MAP_NORESERVE;
        long at = Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, flags, fd, 0);
        if (at < 0) {
            throw new IOException("mmap of " + bytes + " bytes for " + what + " failed: " + Errno.name(at)
                    + ". Limits to look at: ulimit -v, vm.max_map_count");
        }
        Mmap.madvise(at, bytes, Mmap.MADV_NOHUGEPAGE);
        Mmap.madvise(at, bytes, Mmap.MADV_DONTFORK);
        return at;
    }

    /** Private memory of zeros, of which only what is touched is there. */
    static long mapSparse(long bytes, String what) throws IOException {
        int flags = Mmap.MAP_PRIVATE | Mmap.MAP_ANONYMOUS | Mmap.MAP_NORESERVE;
        long at = Mmap.map(0, bytes, Mmap.PROT_READ | Mmap.PROT_WRITE, flags, -1, 0);
        if (at < 0) {
            throw new IOException("mmap of " + bytes + " bytes for " + what + " failed: " + Errno.name(at)
                    + ". Limits to look at: ulimit -v, vm.max_map_count, vm.overcommit_memory");
        }
        Mmap.madvise(
                at, bytes, Mmap.MADV_NOHUGEPAGE); // would touch 2 MiB at once; kernels without huge pages refuse it
        return at;
    }
}
