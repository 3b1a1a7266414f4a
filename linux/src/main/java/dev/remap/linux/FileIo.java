// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;

/**
 * Files by descriptor: {@code fcntl.h}, {@code unistd.h}, {@code linux/falloc.h}, {@code linux/fadvise.h}, {@code linux/stat.h}
 * (statx, Linux 4.11).
 *
 * <p>Interrupted calls are repeated, except close. Buffers are addresses; the calls that take them allocate nothing.
 */
public final class FileIo {

    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_ACCMODE = 3;
    public static final int O_CREAT = 0x40;
    public static final int O_EXCL = 0x80;
    public static final int O_TRUNC = 0x200;
    public static final int O_APPEND = 0x400;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DSYNC = 0x1000;
    public static final int O_DIRECT = Arch.pick(0x4000, 0x10000);
    public static final int O_DIRECTORY = Arch.pick(0x10000, 0x4000);
    public static final int O_NOFOLLOW = Arch.pick(0x20000, 0x8000);
    public static final int O_CLOEXEC = 0x80000;
    public static final int O_PATH = 0x200000;

    /** A file without a name in the directory that the path names; not every file system has it. Linux 3.11. */
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    public static final int FALLOC_FL_KEEP_SIZE = 1;
    public static final int FALLOC_FL_PUNCH_HOLE = 2;
    public static final int FALLOC_FL_ZERO_RANGE = 0x10;

    public static final int SEEK_SET = 0;
    public static final int SEEK_CUR = 1;
    public static final int SEEK_END = 2;
    public static final int SEEK_DATA = 3;
    public static final int SEEK_HOLE = 4;

    public static final int POSIX_FADV_NORMAL = 0;
    public static final int POSIX_FADV_RANDOM = 1;
    public static final int POSIX_FADV_SEQUENTIAL = 2;
    public static final int POSIX_FADV_WILLNEED = 3;
    public static final int POSIX_FADV_DONTNEED = 4;

    private static final int AT_FDCWD = -100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;

    private static final int SYNC_FILE_RANGE_ALL = 7;
    private static final int STATX_TYPE = 1;
    private static final int STATX_MODE_OFFSET = 28;
    private static final int S_IFMT = 0xF000;
    private static final int S_IFREG = 0x8000;
    private static final int STATX_MTIME = 0x40;
    private static final int STATX_MTIME_OFFSET = 112;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final int STATX_SIZE = 0x200;
    private static final int STATX_BLOCKS = 0x400;
    private static final int STATX_SIZE_OFFSET = 40;
    private static final int STATX_BLOCKS_OFFSET = 48;
    private static final int STATX_BLOCK_BYTES = 512;
    private static final int STATX_BYTES = 256;
    private static final String OWN_DESCRIPTORS = "/proc/self/fd/";

    private FileIo() {}

    /** A descriptor, or -errno. {@code mode} counts only with O_CREAT. */
    public static long open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return Native.retry(
                    Syscall.OPENAT, AT_FDCWD, arena.allocateFrom(path).address(), flags, mode, 0, 0);
        }
    }

    /**
     * Another open file on what {@code fd} is open on, with flags of its own, close-on-exec: a descriptor, or -errno: -EACCES if the
     * file's mode forbids it now, -EINVAL for an O_DIRECT that the file system does not have. Needs {@code /proc}.
     */
    public static long reopen(int fd, int flags) {
        return open(OWN_DESCRIPTORS + fd, flags | O_CLOEXEC, 0);
    }

    /** Closes {@code fd}; it is closed even if this returns -EINTR or -EIO. */
    public static long close(int fd) {
        return Native.call(Syscall.CLOSE, fd, 0, 0);
    }

    /** Bytes read, 0 at the end, or -errno. */
    public static long read(int fd, long address, long length) {
        return Native.retry(Syscall.READ, fd, address, length);
    }

    /** Bytes written, or -errno. */
    public static long write(int fd, long address, long length) {
        return Native.retry(Syscall.WRITE, fd, address, length);
    }

    /** Bytes read at {@code offset}, fewer than asked for only near the end, or -errno. */
    public static long pread(int fd, long address, long length, long offset) {
        return Native.retry(Syscall.PREAD64, fd, address, length, offset, 0, 0);
    }

    /** Bytes written at {@code offset}, or -errno. */
    public static long pwrite(int fd, long address, long length, long offset) {
        return Native.retry(Syscall.PWRITE64, fd, address, length, offset, 0, 0);
    }

    /** As {@link #pread}, into {@code count} ranges of an array of {@code struct iovec}. */
    public static long preadv(int fd, long iovecs, int count, long offset) {
        return Native.retry(Syscall.PREADV, fd, iovecs, count, offset, 0, 0);
    }

    /** As {@link #pwrite}, from {@code count} ranges of an array of {@code struct iovec}. */
    public static long pwritev(int fd, long iovecs, int count, long offset) {
        return Native.retry(Syscall.PWRITEV, fd, iovecs, count, offset, 0, 0);
    }

    /** Makes the file's data, and its size if that changed, durable. Blocks for as long as the device takes; 0 or -errno. */
    public static long fdatasync(int fd) {
        return Native.retry(Syscall.FDATASYNC, fd, 0, 0);
    }

    /** Advice on the page cache, POSIX_FADV_*; a length of 0 reaches to the end. DONTNEED starts write-back and drops clean pages. */
    public static long fadvise(int fd, long offset, long length, int advice) {
        return Native.retry(Syscall.FADVISE64, fd, offset, length, advice, 0, 0);
    }

    public static long ftruncate(int fd, long size) {
        return Native.retry(Syscall.FTRUNCATE, fd, size, 0);
    }

    public static long fchmod(int fd, int mode) {
        return Native.retry(Syscall.FCHMOD, fd, mode, 0);
    }

    public static long fallocate(int fd, int mode, long offset, long length) {
        return Native.retry(Syscall.FALLOCATE, fd, mode, offset, length, 0, 0);
    }

    /** Frees the pages of a range; on a memfd every process that maps it faults on the next touch. */
    public static long punchHole(int fd, long offset, long length) {
        return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
    }

    /** The new position, or -errno: -ENXIO for SEEK_DATA behind the last data. */
    public static long lseek(int fd, long offset, int whence) {
        return Native.retry(Syscall.LSEEK, fd, offset, whence);
    }

    /** Bytes the file occupies, holes not counted. */
    public static long allocatedBytes(int fd) {
        long block = Scratch.current().address;
        long result = statx(fd, STATX_BLOCKS, block);
        return result < 0 ? result : Native.getLong(block + STATX_BLOCKS_OFFSET) * STATX_BLOCK_BYTES;
    }

    public static long fileSize(int fd) {
        long block = Scratch.current().address;
        long result = statx(fd, STATX_SIZE, block);
        return result < 0 ? result : Native.getLong(block + STATX_SIZE_OFFSET);
    }

    /** {@code struct statx} (256 bytes) and, behind it, the empty path. */
    static long statx(int fd, int mask, long block) {
        long emptyPath = block + STATX_BYTES;
        Native.putByte(emptyPath, (byte) 0);
        return Native.retry(Syscall.STATX, fd, emptyPath, AT_EMPTY_PATH, mask, block, 0);
    }

    /** Another descriptor of the same open file, close-on-exec. */
    public static long fcntlDup(int fd) {
        return Native.retry(Syscall.FCNTL, fd, F_DUPFD_CLOEXEC, 0);
    }

    /** The access mode (O_ACCMODE) and the flags of the open file, or -errno. */
    public static long statusFlags(int fd) {
        return Native.retry(Syscall.FCNTL, fd, F_GETFL, 0);
    }

    /** Sets or clears O_NONBLOCK, for all descriptors of the same open file. A userfaultfd can be polled only with it. */
    public static long setNonBlocking(int fd, boolean nonBlocking) {
        long flags = statusFlags(fd);
        if (flags < 0) {
            return flags;
        }
        return Native.retry(Syscall.FCNTL, fd, F_SETFL, nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
    }

    /** A pipe: {@code out[0]} reads, {@code out[1]} writes. Flags: O_CLOEXEC, O_NONBLOCK. */
    public static long pipe2(int[] out, int flags) {
        long block = Scratch.current().address;
        long result = Native.retry(Syscall.PIPE2, block, flags, 0);
        if (result >= 0) {
            out[0] = Native.getInt(block);
            out[1] = Native.getInt(block + 4);
        }
        return result;
    }

    /** Writes a range of the page cache to the device, without metadata and without its cache; blocks until done. Not a durability call. */
    public static long writeBack(int fd, long offset, long length) {
        return Native.retry(Syscall.SYNC_FILE_RANGE, fd, offset, length, SYNC_FILE_RANGE_ALL, 0, 0);
    }

    /** When the contents last changed, in nanoseconds since 1970, or -errno. */
    public static long modifiedNs(int fd) {
        long block = Scratch.current().address;
        long result = statx(fd, STATX_MTIME, block);
        return result < 0
                ? result
                : Native.getLong(block + STATX_MTIME_OFFSET) * NANOS_PER_SECOND
                        + Native.getInt(block + STATX_MTIME_OFFSET + Long.BYTES);
    }

    /** 1 for a regular file, 0 for anything else, or -errno. */
    public static long isRegular(int fd) {
        long block = Scratch.current().address;
        long result = statx(fd, STATX_TYPE, block);
        if (result < 0) {
            return result;
        }
        return (Native.getShort(block + STATX_MODE_OFFSET) & S_IFMT) == S_IFREG ? 1 : 0;
    }
}
