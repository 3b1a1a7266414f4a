// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FileRegion;
import dev.remap.RemapException;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** Reads two files in order and writes both to a third, around the page cache as the C loop does, again and again. */
final class FileMerge implements ChunkWork, AutoCloseable {
    private static final long CHUNK = 512 << 10;
    private static final int OWNER_ONLY = 0600;

    private final List<DataFile> files;
    private final List<FileRegion> regions;
    private final Way way;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(2 * CHUNK, DataFile.PAGE);
    private final int output;
    private long at;

    /** How the inputs are read. */
    enum Way {
        /** By touching their pages. */
        TOUCH,
        /** By {@link FileRegion#read}. */
        READ
    }

    FileMerge(List<DataFile> files, List<FileRegion> regions, Way way, Path output) throws IOException {
        this.files = files;
        this.regions = regions;
        this.way = way;
        int flags = FileIo.O_WRONLY | FileIo.O_CREAT | FileIo.O_CLOEXEC;
        long fd = FileIo.open(output.toString(), flags | FileIo.O_DIRECT, OWNER_ONLY);
        this.output = (int) check("open", fd < 0 ? FileIo.open(output.toString(), flags, OWNER_ONLY) : fd);
    }

    @Override
    public long step() throws IOException {
        for (int i = 0; i < 2; i++) {
            MemorySegment half = buffer.asSlice(i * CHUNK, CHUNK);
            copy(regions.get(i), half);
            files.get(i).checkCopy(half, at);
        }
        long length = files.getFirst().bytes();
        check("pwrite", FileIo.pwrite(output, buffer.address(), 2 * CHUNK, 2 * at % length));
        at = (at + CHUNK) % length;
        return 2 * CHUNK;
    }

    private void copy(FileRegion region, MemorySegment target) throws RemapException {
        if (way == Way.READ) {
            region.read(at, target);
        } else {
            MemorySegment.copy(region.segment(), at, target, 0, CHUNK);
        }
    }

    private static long check(String call, long result) throws IOException {
        if (result < 0) {
            throw new IOException(call + " of the merge's output: " + Errno.name(result));
        }
        return result;
    }

    @Override
    public void close() {
        FileIo.close(output);
        arena.close();
    }
}
