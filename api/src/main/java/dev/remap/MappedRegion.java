// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;

/**
 * A region in a mapped file of its own, which has no name, so that the kernel can page it out to disk. A page's place on disk is taken when
 * the page is first written: a write to a disk that is full is an {@link InternalError} at the touch, and {@code CAPACITY} from
 * {@link #pin} and {@link #transferFrom}. {@link RegionSpec}'s tiers, policy and failure policy do not apply.
 */
final class MappedRegion extends MappedRange {
    private final String name;

    private MappedRegion(MappedRemap remap, String name, MappedMemory memory, int fd, long size) {
        super(remap, memory, fd, size, true);
        this.name = name;
    }

    static MappedRegion create(MappedRemap remap, String name, long size) throws RemapException {
        int fd = SpillFiles.create(remap.spillDirectory(), size);
        boolean created = false;
        try {
            MappedMemory memory = MappedMemory.map(
                    "the file of region " + name, fd, 0, size, Mmap.PROT_READ | Mmap.PROT_WRITE, Mmap.MAP_SHARED);
            MappedRegion region = new MappedRegion(remap, name, memory, fd, size);
            created = true;
            return region;
        } finally {
            if (!created) {
                FileIo.close(fd);
            }
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    String what() {
        return "region " + name;
    }

    @Override
    RemapException failure(String call, long errno) {
        boolean full = errno == -Errno.ENOSPC || errno == -Errno.EDQUOT || errno == -Errno.EFAULT;
        return new RemapException(
                full ? RemapException.Category.CAPACITY : RemapException.Category.IO,
                call + " of region " + name + ": " + Errno.name(errno),
                "See whether " + remap().spillDirectory() + " is full, and the kernel's log for its disk.");
    }

    /**
     * {@inheritDoc}
     *
     * <p>On a file system without holes the range is filled with zeros, and the storage stays taken.
     */
    @Override
    public void discard(long offset, long length) throws RemapException {
        check(offset, length);
        RegionChecks.wholePages(offset, length);
        if (length > 0) {
            command(() -> {
                pins().whileUnpinned(offset, length, () -> punch(offset, length));
                return 0;
            });
        }
    }

    private long punch(long offset, long length) throws RemapException {
        long result = FileIo.punchHole(fd(), offset, length);
        if (result == -Errno.EOPNOTSUPP) {
            memory().segmentForEver(offset, length).fill((byte) 0);
        } else if (result < 0) {
            throw failure("discard of " + length + " bytes at " + offset, result);
        }
        return length;
    }

    @Override
    long occupiedBytes() {
        return Math.max(0, FileIo.allocatedBytes(fd()));
    }

    /** Views that outlive the region must not read it any more, and must not hold its storage. */
    @Override
    void end() {
        if (memory().hasViews()) {
            FileIo.ftruncate(fd(), 0);
        }
        remap().spill().give(size());
    }
}
