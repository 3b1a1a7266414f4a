// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file as a plain mapping, with the page cache of the host. A touch of a page that the file no longer has is an {@link InternalError};
 * commands throw {@code STALE} instead. A mapping shows others' changes at once, so only what is gone is an error, and {@link #verify} and
 * {@link #isStale} tell of the rest. {@link FileSpec}'s direct I/O, failure policy and private tiers do not apply.
 */
final class MappedFile extends MappedRange implements FileRegion {
    private final Path file;
    private final MapMode mode;
    private final long modifiedNs;
    private final FileIdentity identity;
    private volatile boolean changed;

    /** Takes the descriptor over. */
    MappedFile(MappedRemap remap, MappedMemory memory, int fd, long size, Path file, MapMode mode) {
        super(remap, memory, fd, size, !MapMode.READ_ONLY.equals(mode));
        this.file = file;
        this.mode = mode;
        modifiedNs = FileIo.modifiedNs(fd);
        identity = FileIdentity.of(file);
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public MapMode mode() {
        return mode;
    }

    @Override
    String what() {
        return "file " + file;
    }

    /** What was changed in a private mapping is nowhere else: its bytes are those of this process's memory. */
    @Override
    int bytesFd() {
        return isPrivate() ? remap().ownMemory() : fd();
    }

    @Override
    long bytesStart() {
        return isPrivate() ? memory().address() : 0;
    }

    private boolean isPrivate() {
        return MapMode.PRIVATE.equals(mode);
    }

    @Override
    RemapException failure(String call, long errno) {
        RemapException.Category category = switch ((int) -errno) {
            case 0 -> RemapException.Category.STALE;
            case Errno.ENOSPC, Errno.EDQUOT -> RemapException.Category.CAPACITY;
            case Errno.ENOMEM -> RemapException.Category.NO_MEMORY;
            default -> RemapException.Category.IO;
        };
        return new RemapException(
                category, call + " of file " + file + ": " + Errno.name(errno), "See the kernel's log for its disk.");
    }

    @Override
    void checkEnd(long end) throws RemapException {
        if (currentSize() < end) {
            throw stale();
        }
    }

    private long currentSize() throws RemapException {
        long result = FileIo.fileSize(fd());
        if (result < 0) {
            throw failure("size", result);
        }
        return result;
    }

    private RemapException stale() throws RemapException {
        changed = true;
        return new RemapException(
                RemapException.Category.STALE,
                "file " + file + " was changed by somebody else: it had " + size() + " bytes, and has " + currentSize(),
                "Open it again, and do not publish what was computed from it.");
    }

    /** Size, and modification time unless this process writes the file itself. */
    private boolean hasChanged() throws RemapException {
        boolean touched = !MapMode.READ_WRITE.equals(mode) && FileIo.modifiedNs(fd()) != modifiedNs;
        changed |= touched || currentSize() != size();
        return changed;
    }

    /** {@inheritDoc} In mode {@code READ_WRITE} the time does not count: writes of this process move it. */
    @Override
    public boolean isStale() throws RemapException {
        return command(() -> hasChanged() ? 1 : 0) != 0
                || (Files.exists(file) && !FileIdentity.of(file).equals(identity));
    }

    /** {@inheritDoc} Looks at the file: {@code STALE} if its size, or in the other modes its modification time, is not what it was. */
    @Override
    public void verify(long offset, long length) throws RemapException {
        check(offset, length);
        command(() -> {
            if (hasChanged()) {
                throw stale();
            }
            return 0;
        });
    }

    @Override
    public void force(long offset, long length) throws RemapException {
        check(offset, length);
        if (!MapMode.READ_WRITE.equals(mode)) {
            return;
        }
        command(() -> {
            checkEnd(offset + length);
            long result = memory().sync(offset, length);
            if (result < 0) {
                throw failure("force of " + length + " bytes at " + offset, result);
            }
            return length;
        });
    }

    @Override
    public void discard(long offset, long length) throws RemapException {
        check(offset, length);
        throw new RemapException(
                RemapException.Category.UNSUPPORTED,
                "discard on the region of a file",
                "Write zeros, or punch a hole into the file while it is not open.");
    }
}
