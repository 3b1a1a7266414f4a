// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;

/** Whole reads and writes of a page or less, one after the other: short ones are continued. */
final class PageIo {
    private static final int EDQUOT = 122;

    private PageIo() {}

    /** Reads; what lies beyond the end of the file are zeros. 0 or -errno. */
    static long read(int fd, long address, long bytes, long offset) {
        long done = 0;
        while (done < bytes) {
            long got = FileIo.pread(fd, address + done, bytes - done, offset + done);
            if (got < 0) {
                return got;
            }
            if (got == 0) {
                RawMemory.zero(address + done, bytes - done);
                return 0;
            }
            done += got;
        }
        return 0;
    }

    /** Reads a page as far as one call gets: bytes or -errno. */
    static long readOnce(int fd, long address, long offset) {
        return FileIo.pread(fd, address, RawMemory.PAGE_BYTES, offset);
    }

    /** Writes: 0 or -errno. */
    static long write(int fd, long address, long bytes, long offset) {
        long done = 0;
        while (done < bytes) {
            long got = FileIo.pwrite(fd, address + done, bytes - done, offset + done);
            if (got <= 0) {
                return got < 0 ? got : -Errno.EIO;
            }
            done += got;
        }
        return 0;
    }

    static boolean isFull(long result) {
        return result == -Errno.ENOSPC || result == -EDQUOT;
    }
}
