// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.file.Path;

/** The kernel's copies of files. */
final class PageCache {
    private PageCache() {}

    /** Drops what is in it of a file, by {@code posix_fadvise}; needs no privilege. */
    static void drop(Path file) throws IOException {
        long descriptor = FileIo.open(file.toString(), FileIo.O_RDONLY | FileIo.O_CLOEXEC, 0);
        if (descriptor < 0) {
            throw new IOException("open of " + file + ": " + Errno.name(descriptor));
        }
        long result = FileIo.fadvise((int) descriptor, 0, 0, FileIo.POSIX_FADV_DONTNEED);
        FileIo.close((int) descriptor);
        if (result < 0) {
            throw new IOException("posix_fadvise of " + file + ": " + Errno.name(result));
        }
    }
}
