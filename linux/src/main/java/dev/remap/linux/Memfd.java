// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;

/** Memory with a descriptor: {@code linux/memfd.h}, Linux 3.17. */
public final class Memfd {

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;

    /** The file can never become executable. Linux 6.3. */
    public static final int MFD_NOEXEC_SEAL = 8;

    /** No further seals. */
    public static final int F_SEAL_SEAL = 1;

    /** The file cannot become shorter. */
    public static final int F_SEAL_SHRINK = 2;

    /** The file cannot become longer. */
    public static final int F_SEAL_GROW = 4;

    /** What MFD_NOEXEC_SEAL sets. Linux 6.3. */
    public static final int F_SEAL_EXEC = 0x20;

    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int OWNER_ONLY = 0600;

    private Memfd() {}

    /** An empty memfd, or -errno. A kernel that does not know MFD_NOEXEC_SEAL makes one without. */
    public static long create(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            long fd = Native.retry(Syscall.MEMFD_CREATE, text, flags, 0);
            if (fd == -Errno.EINVAL && (flags & MFD_NOEXEC_SEAL) != 0) {
                return Native.retry(Syscall.MEMFD_CREATE, text, (flags & ~MFD_NOEXEC_SEAL) | MFD_ALLOW_SEALING, 0);
            }
            return fd;
        }
    }

    /** A memfd of {@code size} bytes, close-on-exec, mode 0600: other users cannot reopen it through {@code /proc}. */
    public static long createSized(String name, long size) {
        long fd = create(name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);
        if (fd < 0) {
            return fd;
        }
        long result = FileIo.ftruncate((int) fd, size);
        if (result >= 0) {
            result = FileIo.fchmod((int) fd, OWNER_ONLY);
        }
        if (result < 0) {
            FileIo.close((int) fd);
            return result;
        }
        return fd;
    }

    /** As {@link #createSized}, and nobody can ever change its size: who maps it cannot be sent a bus error by who else has it. */
    public static long createFixed(String name, long size) {
        long fd = createSized(name, size);
        if (fd < 0) {
            return fd;
        }
        long result = Native.retry(Syscall.FCNTL, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
        if (result < 0) {
            FileIo.close((int) fd);
            return result;
        }
        return fd;
    }

    /** The seals of a memfd, F_SEAL_*, or -errno: -EINVAL for any other file. */
    public static long seals(int fd) {
        return Native.retry(Syscall.FCNTL, fd, F_GET_SEALS, 0);
    }

    /** Whether {@code fd} is a memfd of at least {@code size} bytes that cannot become shorter. */
    public static boolean isFixed(int fd, long size) {
        long seals = seals(fd);
        return seals >= 0 && (seals & F_SEAL_SHRINK) != 0 && FileIo.fileSize(fd) >= size;
    }

    /** A second, read-only open file on the same memory, to give away; close-on-exec. */
    public static long reopenReadOnly(int fd) {
        return FileIo.reopen(fd, FileIo.O_RDONLY);
    }
}
