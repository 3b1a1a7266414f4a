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
        return whole(done, wanted);
    }

    @Override
    public long write(long page, long offset, long length, long sourceAddress) {
        return whole(FileIo.pwrite(fd, sourceAddress, length, page * PagedRegion.PAGE_SIZE + offset), length);
    }

    @Override
    public long readPart(long page, long offset, long length, long targetAddress) {
        return whole(FileIo.pread(fd, targetAddress, length, page * PagedRegion.PAGE_SIZE + offset), length);
    }

    private static long whole(long done, long length) {
        if (done < 0) {
            return done;
        }
        return done == length ? 0 : -Errno.EIO;
    }

    @Override
    public long punch(long page, long pages) {
        return FileIo.punchHole(fd, page * PagedRegion.PAGE_SIZE, pages * PagedRegion.PAGE_SIZE);
    }

    @Override
    public long nextPresent(long page) {
        return seek(page, FileIo.SEEK_DATA);
    }

    @Override
    public long nextAbsent(long page) {
        return seek(page, FileIo.SEEK_HOLE);
    }

    private long seek(long page, int whence) {
        long at = FileIo.lseek(fd, page * PagedRegion.PAGE_SIZE, whence);
        return at < 0 ? at : at / PagedRegion.PAGE_SIZE;
    }

    @Override
    public void close() {
        FileIo.close(fd);
    }
}
