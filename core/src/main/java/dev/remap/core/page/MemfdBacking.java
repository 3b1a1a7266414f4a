// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;

/** A region's memfd. */
public final class MemfdBacking implements Backing {
    private final int fd;

    /** Takes over the descriptor. */
    public MemfdBacking(int fd) {
        this.fd = fd;
    }

    @Override
    public long read(long page, long pages, long targetAddress) {
        long wanted = pages * PagedRegion.PAGE_SIZE;
        long done = FileIo.pread(fd, targetAddress, wanted, page * PagedRegion.PAGE_SIZE);
        if (done < 0) {
            return done;
        }
        return done == wanted ? 0 : -Errno.EIO;
    }

    @Override
    public long punch(long page, long pages) {
        return FileIo.punchHole(fd, page * PagedRegion.PAGE_SIZE, pages * PagedRegion.PAGE_SIZE);
    }

    @Override
    public boolean has(long page) {
        long offset = page * PagedRegion.PAGE_SIZE;
        return FileIo.lseek(fd, offset, FileIo.SEEK_DATA) == offset;
    }

    @Override
    public void close() {
        FileIo.close(fd);
    }
}
