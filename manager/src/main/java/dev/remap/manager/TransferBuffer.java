// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import dev.remap.wire.ErrorCode;
import java.io.IOException;

/** Memory that the application shares with the manager and gives out itself: where the bytes that it reads are put. */
record TransferBuffer(long base, long size) {
    /** Maps a memfd of the application's; the descriptor is closed. */
    static TransferBuffer map(int fd) throws IOException {
        if (!Memfd.isFixed(fd, 1)) {
            throw new IOException("the transfer buffer is no memfd that is sealed against getting shorter");
        }
        long size = FileIo.fileSize(fd);
        long base = size < 0 ? size : Mmap.map(0, size, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED, fd, 0);
        FileIo.close(fd);
        if (base < 0) {
            throw new IOException("mmap of the transfer buffer: " + Errno.name(base));
        }
        Mmap.madvise(base, size, Mmap.MADV_DONTFORK);
        return new TransferBuffer(base, size);
    }

    /** The address of a range of it. */
    long address(long offset, long length) throws CommandException {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new CommandException(
                    ErrorCode.INVALID, "range " + offset + " + " + length + " is outside the transfer buffer", "");
        }
        return base + offset;
    }
}
