// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import dev.remap.driver.DescriptorStore;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.io.IOException;

/**
 * Four bytes a slot, in a sparse memfd: the checksum of what the slot was given. Written by the storing thread and read plainly by
 * fetchers: the core publishes the location with release after the store, and a fetch has read it with acquire.
 */
final class SlotChecksums {
    private static final String KEPT_NAME = "checksums";

    private final int fd;
    private final long base;
    private final long limit;

    private SlotChecksums(int fd, long base, long limit) {
        this.fd = fd;
        this.base = base;
        this.limit = limit;
    }

    /** Those that a former manager has left, or else none, which are kept for the next. */
    static SlotChecksums open(long limit, DescriptorStore descriptors) throws IOException {
        String what = "checksums of " + limit + " slots";
        int left = descriptors.kept(KEPT_NAME);
        long fd = left >= 0 ? left : Memfd.createFixed("remap-checksums", bytes(limit));
        if (fd < 0) {
            throw new IOException("memfd_create for " + what + " failed: " + Errno.name(fd) + ". Look at ulimit -n");
        }
        try {
            if (left < 0) {
                descriptors.keep(KEPT_NAME, (int) fd);
            }
            return new SlotChecksums((int) fd, RawMemory.mapShared((int) fd, bytes(limit), what), limit);
        } catch (IOException e) {
            FileIo.close((int) fd);
            throw e;
        }
    }

    private static long bytes(long limit) {
        return (limit * Integer.BYTES + RawMemory.PAGE_BYTES - 1) & -RawMemory.PAGE_BYTES;
    }

    boolean reaches(long slot) {
        return slot >= 0 && slot < limit;
    }

    int get(long slot) {
        return RawMemory.getInt(base + slot * Integer.BYTES);
    }

    void put(long slot, int checksum) {
        RawMemory.putInt(base + slot * Integer.BYTES, checksum);
    }

    void close() {
        Mmap.unmap(base, bytes(limit));
        FileIo.close(fd);
    }
}
