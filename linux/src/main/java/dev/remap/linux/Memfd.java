// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;

/** Memory with a descriptor: {@code linux/memfd.h}, Linux 3.17. */
public final class Memfd {

    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_ALLOW_SEALING = 2;

    /** The file can never become executable. Linux 6.3. */
    public static final int MFD_NOEXEC_SEAL = 8;

    private static final int OWNER_ONLY = 0600;

    private Memfd() {}

    /** An empty memfd, or -errno. A kernel that does not know MFD_NOEXEC_SEAL makes one without. */
    public static long create(String name, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            long fd = Native.retry(Syscall.MEMFD_CREATE, text, flags, 0);
            if (fd == -Errno.EINVAL && (flags & MFD_NOEXEC_SEAL) != 0) {
                return Native.retry(Syscall.MEMFD_CREATE, text, flags & ~MFD_NOEXEC_SEAL, 0);
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

    /** A second, read-only open file on the same memory, to give away; close-on-exec. */
    public static long reopenReadOnly(int fd) {
        return FileIo.reopen(fd, FileIo.O_RDONLY);
    }
}
