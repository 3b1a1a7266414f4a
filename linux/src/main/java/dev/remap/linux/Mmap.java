// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Mappings: {@code sys/mman.h}, {@code linux/mman.h}. */
public final class Mmap {

    public static final int PROT_NONE = 0;
    public static final int PROT_READ = 1;
    public static final int PROT_WRITE = 2;

    public static final int MAP_SHARED = 0x01;
    public static final int MAP_PRIVATE = 0x02;
    public static final int MAP_SHARED_VALIDATE = 0x03;
    public static final int MAP_FIXED = 0x10;
    public static final int MAP_ANONYMOUS = 0x20;
    public static final int MAP_NORESERVE = 0x4000;
    public static final int MAP_POPULATE = 0x8000;
    public static final int MAP_SYNC = 0x80000;

    /** Linux 4.17. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    public static final int MADV_NORMAL = 0;
    public static final int MADV_RANDOM = 1;
    public static final int MADV_SEQUENTIAL = 2;
    public static final int MADV_WILLNEED = 3;
    public static final int MADV_DONTNEED = 4;
    public static final int MADV_REMOVE = 9;
    public static final int MADV_DONTFORK = 10;
    public static final int MADV_DOFORK = 11;
    public static final int MADV_HUGEPAGE = 14;
    public static final int MADV_NOHUGEPAGE = 15;
    public static final int MADV_DONTDUMP = 16;
    public static final int MADV_DODUMP = 17;

    /** Linux 5.4. */
    public static final int MADV_COLD = 20;

    /** Linux 5.4. */
    public static final int MADV_PAGEOUT = 21;

    /** Touches every page for reading; -EFAULT where a touch would be SIGBUS. Linux 5.14. */
    public static final int MADV_POPULATE_READ = 22;

    /** Linux 5.14. */
    public static final int MADV_POPULATE_WRITE = 23;

    public static final int MS_SYNC = 4;

    /** Bytes of a base page; 0 where native calls cannot work. */
    public static final long PAGE_SIZE = Native.pageSize();

    private static final long BASE_PAGE = 4096;

    private Mmap() {}

    /** The address of the mapping, or -errno. */
    public static long map(long hint, long length, int prot, int flags, int fd, long offset) {
        return Native.retry(Syscall.MMAP, hint, length, prot, flags, fd, offset);
    }

    /**
     * As {@link #map}, but touches no page and locks none, also where the process has called mlockall(MCL_FUTURE): that would bring in
     * every page of a new mapping before it could be unlocked. Forbidden at first, then unlocked, then allowed.
     */
    public static long mapUnlocked(long length, int prot, int flags, int fd) {
        long address = map(0, length, PROT_NONE, flags, fd, 0);
        if (address < 0) {
            return address;
        }
        long result = munlock(address, length);
        if (result >= 0) {
            result = mprotect(address, length, prot);
        }
        if (result < 0) {
            unmap(address, length);
            return result;
        }
        return address;
    }

    public static long mprotect(long address, long length, int prot) {
        return Native.retry(Syscall.MPROTECT, address, length, prot);
    }

    public static long unmap(long address, long length) {
        return Native.retry(Syscall.MUNMAP, address, length, 0);
    }

    public static long madvise(long address, long length, int advice) {
        return Native.retry(Syscall.MADVISE, address, length, advice);
    }

    /**
     * Brings a range into memory and keeps it there; does not nest. -ENOMEM where RLIMIT_MEMLOCK does not allow it, -EPERM where that is 0,
     * -EAGAIN where a page cannot be had. Splits mappings.
     */
    public static long mlock(long address, long length) {
        return Native.retry(Syscall.MLOCK, address, length, 0);
    }

    /** With MS_SYNC: blocks until what has been written to a shared mapping of a file is durable. */
    public static long msync(long address, long length, int flags) {
        return Native.retry(Syscall.MSYNC, address, length, flags);
    }

    /**
     * Which pages are in memory: the lowest bit of a byte a page at {@code vector}. All of them, says the kernel, of a file that this user
     * neither owns nor may write.
     */
    public static long mincore(long address, long length, long vector) {
        return Native.retry(Syscall.MINCORE, address, length, vector);
    }

    public static long munlock(long address, long length) {
        return Native.retry(Syscall.MUNLOCK, address, length, 0);
    }

    /** Throws {@link UnsupportedOperationException} unless base pages are 4 KiB. */
    public static void requireBasePages4K() {
        if (Native.PROBLEM != null) {
            throw new UnsupportedOperationException(Native.PROBLEM);
        }
        if (PAGE_SIZE != BASE_PAGE) {
            throw new UnsupportedOperationException(
                    "Remap needs a kernel with base pages of 4096 bytes; this one has pages of " + PAGE_SIZE);
        }
    }

    /** The memory at {@code address}. Nothing checks that it is, or stays, mapped. */
    public static MemorySegment segment(long address, long length) {
        return Native.segment(address, length);
    }

    /** The memory at {@code address}, accessible while {@code arena} is open; then {@code cleanup} gets a segment over it. */
    public static MemorySegment segment(
            long address, long length, Arena arena, @Nullable Consumer<MemorySegment> cleanup) {
        return Native.segment(address, length, arena, cleanup);
    }
}
