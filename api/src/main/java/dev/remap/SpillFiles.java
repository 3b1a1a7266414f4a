// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files without names in a directory, and how much they may hold in all: with {@link RemapConfig#spillMaxBytes} set, the sizes of all
 * regions together, since what a mapping will occupy cannot be bounded later. Thread-safe.
 */
final class SpillFiles {
    private static final int OWNER_ONLY = 0600;
    private static final AtomicLong CREATED = new AtomicLong();

    private final long limit;
    private final AtomicLong taken = new AtomicLong();

    /** No limit if it is 0. */
    SpillFiles(long limit) {
        this.limit = limit == 0 ? Long.MAX_VALUE : limit;
    }

    void take(long bytes) throws RemapException {
        if (taken.addAndGet(bytes) > limit) {
            long others = taken.addAndGet(-bytes);
            throw new RemapException(
                    RemapException.Category.CAPACITY,
                    "a region of " + bytes + " bytes: regions have " + others + ", and spill files may have " + limit,
                    "Close regions, or raise RemapConfig.spillMaxBytes.");
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** A sparse file that only its owner could open, if it still had a name. */
    static int create(Path directory, long size) throws RemapException {
        Path path = directory.resolve(
                "remap-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-" + CREATED.getAndIncrement());
        int flags = FileIo.O_RDWR | FileIo.O_CREAT | FileIo.O_EXCL | FileIo.O_NOFOLLOW | FileIo.O_CLOEXEC;
        long fd = FileIo.open(path.toString(), flags, OWNER_ONLY);
        if (fd < 0) {
            throw failed("a file in the spill directory " + directory, fd);
        }
        boolean created = false;
        try {
            Files.delete(path);
            long result = FileIo.ftruncate((int) fd, size);
            if (result < 0) {
                throw failed("a file of " + size + " bytes in the spill directory " + directory, result);
            }
            created = true;
            return (int) fd;
        } catch (RemapException e) {
            throw e;
        } catch (IOException e) {
            throw new RemapException(
                    RemapException.Category.INVALID, "delete of " + path, "Use another spill directory.", e);
        } finally {
            if (!created) {
                FileIo.close((int) fd);
            }
        }
    }

    private static RemapException failed(String what, long errno) {
        String failure = what + ": " + Errno.name(errno);
        return switch ((int) -errno) {
            case Errno.EMFILE, Errno.ENFILE ->
                new RemapException(RemapException.Category.QUOTA, failure, "Raise ulimit -n.");
            case Errno.ENOSPC, Errno.EDQUOT ->
                new RemapException(RemapException.Category.CAPACITY, failure, "Free something there.");
            case Errno.EFBIG ->
                new RemapException(
                        RemapException.Category.INVALID, failure, "Its file system has no files of that size.");
            default ->
                new RemapException(
                        RemapException.Category.INVALID,
                        failure,
                        "Set RemapConfig.spillDirectory to a directory that exists and can be written.");
        };
    }
}
