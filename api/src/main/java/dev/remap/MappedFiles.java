// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Opens files as plain mappings. Each takes one mapping, and as a region one descriptor. Thread-safe. */
final class MappedFiles {
    private final MappedRemap remap;

    MappedFiles(MappedRemap remap) {
        this.remap = remap;
    }

    FileRegion open(Path file, MapMode mode, FileSpec spec) throws RemapException {
        RegionChecks.fileSpec(mode, spec);
        int fd = openDescriptor(file, mode);
        boolean opened = false;
        try {
            long size = sizeOf(fd, file);
            MappedFile region = new MappedFile(remap, map(file, mode, fd, 0, size), fd, size, file, mode);
            opened = true;
            remap.ranges().add(region);
            if (spec.advice() != Advice.NORMAL) {
                region.advise(0, size, spec.advice());
            }
            return region;
        } finally {
            if (!opened) {
                FileIo.close(fd);
            }
        }
    }

    static MemorySegment map(Path file, MapMode mode, long offset, long size, Arena arena) throws RemapException {
        RegionChecks.mapping(offset, size);
        int fd = openDescriptor(file, mode);
        try {
            long length = sizeOf(fd, file);
            if (offset + size > length) {
                extend(fd, file, mode, offset + size, length);
            }
            long start = offset & -Mmap.PAGE_SIZE;
            MappedMemory memory = map(file, mode, fd, start, size == 0 ? 0 : offset + size - start);
            try {
                MemorySegment view = memory.view(size == 0 ? 0 : offset - start, size, arena);
                return MapMode.READ_ONLY.equals(mode) ? view.asReadOnly() : view;
            } finally {
                memory.release();
            }
        } finally {
            FileIo.close(fd);
        }
    }

    private static MappedMemory map(Path file, MapMode mode, int fd, long offset, long size) throws RemapException {
        int prot = MapMode.READ_ONLY.equals(mode) ? Mmap.PROT_READ : Mmap.PROT_READ | Mmap.PROT_WRITE;
        int flags = MapMode.PRIVATE.equals(mode) ? Mmap.MAP_PRIVATE : Mmap.MAP_SHARED;
        return MappedMemory.map(file.toString(), fd, offset, size, prot, flags);
    }

    private static void extend(int fd, Path file, MapMode mode, long wanted, long length) throws RemapException {
        if (!MapMode.READ_WRITE.equals(mode)) {
            throw RegionChecks.invalid(
                    "map of " + file + " up to byte " + wanted + ", but it has " + length,
                    "Map less, or in mode READ_WRITE, which makes it longer.");
        }
        long result = FileIo.ftruncate(fd, wanted);
        if (result < 0) {
            throw failed("ftruncate of " + file + " to " + wanted + " bytes", result);
        }
    }

    /** Does not wait for the other end of a pipe. */
    private static int openDescriptor(Path file, MapMode mode) throws RemapException {
        int access = MapMode.READ_WRITE.equals(mode) ? FileIo.O_RDWR : FileIo.O_RDONLY;
        long fd = FileIo.open(file.toString(), access | FileIo.O_CLOEXEC | FileIo.O_NONBLOCK, 0);
        if (fd < 0) {
            throw failed("open of " + file, fd);
        }
        return (int) fd;
    }

    private static long sizeOf(int fd, Path file) throws RemapException {
        long regular = FileIo.isRegular(fd);
        if (regular == 0) {
            throw RegionChecks.invalid(file + " is not a regular file", "Only those can be mapped.");
        }
        long size = regular < 0 ? regular : FileIo.fileSize(fd);
        if (size < 0) {
            throw failed("size of " + file, size);
        }
        return size;
    }

    private static RemapException failed(String what, long errno) {
        RemapException.Category category = switch ((int) -errno) {
            case Errno.ENOENT, Errno.ENOTDIR -> RemapException.Category.NOT_FOUND;
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> RemapException.Category.PERMISSION;
            case Errno.EMFILE, Errno.ENFILE -> RemapException.Category.QUOTA;
            case Errno.ENOSPC, Errno.EDQUOT -> RemapException.Category.CAPACITY;
            case Errno.EISDIR, Errno.ELOOP, Errno.EINVAL, Errno.EFBIG -> RemapException.Category.INVALID;
            default -> RemapException.Category.IO;
        };
        String remedy = category == RemapException.Category.QUOTA
                ? "Each open file has a descriptor. Close some, or raise ulimit -n."
                : "Check the path and its permissions.";
        return new RemapException(category, what + ": " + Errno.name(errno), remedy);
    }
}
