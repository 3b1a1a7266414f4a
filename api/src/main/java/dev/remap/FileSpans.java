// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The address ranges in which files are opened, by what their files have in common. Thread-safe. */
final class FileSpans {
    private static final long PAGE = 4096;
    private static final int NEW_FILE_MODE = 0;

    private final ManagedRemap remap;
    private final Map<Kind, List<FileSpan>> spans = new HashMap<>();
    private int created;

    /** What the files of a span share, since it is a region's. */
    private record Kind(RegionSpec spec) {}

    FileSpans(ManagedRemap remap) {
        this.remap = remap;
    }

    FileRegion open(Path file, MapMode mode, FileSpec spec) throws RemapException {
        int fd = openDescriptor(file, mode);
        try {
            long size = sizeOf(fd, file);
            FileSpan.Extent extent = attach(file, mode, spec, 0, size, fd);
            ManagedFile region = new ManagedFile(remap, extent, file, mode, size);
            extent.owner(region);
            if (spec.advice() != Advice.NORMAL) {
                extent.advise(spec.advice());
            }
            return region;
        } finally {
            FileIo.close(fd);
        }
    }

    MemorySegment map(Path file, MapMode mode, long offset, long size, Arena arena) throws RemapException {
        RegionChecks.mapping(offset, size);
        int fd = openDescriptor(file, mode);
        try {
            long length = sizeOf(fd, file);
            if (offset + size > length) {
                extend(fd, file, mode, offset + size, length);
            }
            long start = offset & -PAGE;
            FileSpan.Extent extent = attach(file, mode, FileSpec.defaults(), start, offset + size - start, fd);
            try {
                return readable(extent.view(offset - start, size, arena), mode);
            } finally {
                extent.release();
            }
        } finally {
            FileIo.close(fd);
        }
    }

    /** What a mode allows. */
    static MemorySegment readable(MemorySegment segment, MapMode mode) {
        return MapMode.READ_ONLY.equals(mode) ? segment.asReadOnly() : segment;
    }

    private static void extend(int fd, Path file, MapMode mode, long wanted, long length) throws RemapException {
        if (!MapMode.READ_WRITE.equals(mode)) {
            throw new RemapException(
                    RemapException.Category.INVALID,
                    "map of " + file + " up to byte " + wanted + ", but it has " + length,
                    "Map less, or in mode READ_WRITE, which makes it longer.");
        }
        long result = FileIo.ftruncate(fd, wanted);
        if (result < 0) {
            throw failed("ftruncate of " + file + " to " + wanted + " bytes", result);
        }
    }

    private synchronized FileSpan.Extent attach(
            Path file, MapMode mode, FileSpec spec, long fileOffset, long bytes, int fd) throws RemapException {
        Kind kind = kind(mode, spec);
        List<FileSpan> candidates = spans.computeIfAbsent(kind, _ -> new ArrayList<>());
        FileSpan.Extent extent = null;
        for (FileSpan span : candidates) {
            extent = extent == null ? span.allocate(bytes) : extent;
        }
        if (extent == null) {
            FileSpan span = newSpan(kind, bytes);
            candidates.add(span);
            extent = span.allocate(bytes);
        }
        if (extent == null) {
            throw new IllegalStateException("a new span has no room for " + bytes + " bytes of " + file);
        }
        extent.attach(fileOffset, bytes, MapMode.READ_WRITE.equals(mode), spec.directIo(), fd);
        return extent;
    }

    private static Kind kind(MapMode mode, FileSpec spec) throws RemapException {
        boolean isPrivate = MapMode.PRIVATE.equals(mode);
        RegionChecks.fileSpec(mode, spec);
        String[] tiers = isPrivate ? spec.privateTiers().toArray(String[]::new) : new String[0];
        return new Kind(RegionSpec.ofSize(FileSpan.BYTES)
                .tiers(tiers)
                .onFailure(spec.onFailure())
                .maxStall(spec.maxStall()));
    }

    private FileSpan newSpan(Kind kind, long bytes) throws RemapException {
        long size = Math.max(FileSpan.BYTES, 2 * FileSpan.roundUp(bytes));
        RegionSpec spec = kind.spec.size(size);
        String name = "remap-files-" + created++;
        return remap.managed().change(() -> new FileSpan(remap, remap.createSpan(name, spec)));
    }

    private static int openDescriptor(Path file, MapMode mode) throws RemapException {
        int flags = (MapMode.READ_WRITE.equals(mode) ? FileIo.O_RDWR : FileIo.O_RDONLY)
                | FileIo.O_CLOEXEC
                | FileIo.O_NONBLOCK;
        long fd = FileIo.open(file.toString(), flags, NEW_FILE_MODE);
        if (fd < 0) {
            throw failed("open of " + file, fd);
        }
        if (FileIo.isRegular((int) fd) != 1) {
            FileIo.close((int) fd);
            throw new RemapException(
                    RemapException.Category.INVALID,
                    file + " is not a regular file",
                    "Only regular files can be opened.");
        }
        return (int) fd;
    }

    private static long sizeOf(int fd, Path file) throws RemapException {
        long size = FileIo.fileSize(fd);
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
            case Errno.ENOSPC -> RemapException.Category.CAPACITY;
            case Errno.EISDIR, Errno.ELOOP, Errno.EINVAL -> RemapException.Category.INVALID;
            default -> RemapException.Category.IO;
        };
        return new RemapException(category, what + ": " + Errno.name(errno), "Check the path and its permissions.");
    }

    /** The same range in the file's region, if it lies in a file; empty if it is between files. */
    Optional<Range> within(Range range) {
        FileSpan span = spanOf(range.region());
        return span == null ? Optional.of(range) : span.rangeOf(range.offset(), range.length());
    }

    /** Regions as the application sees them: open files instead of the spans they lie in. */
    List<Region> replaceSpans(Collection<ManagedRegion> regions) {
        List<Region> result = new ArrayList<>();
        for (ManagedRegion region : regions) {
            FileSpan span = spanOf(region);
            if (span == null) {
                result.add(region);
            } else {
                result.addAll(span.open());
            }
        }
        return List.copyOf(result);
    }

    private synchronized @Nullable FileSpan spanOf(Region region) {
        for (List<FileSpan> list : spans.values()) {
            for (FileSpan span : list) {
                if (span.region() == region) {
                    return span;
                }
            }
        }
        return null;
    }
}
