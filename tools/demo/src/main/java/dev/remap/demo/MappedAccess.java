// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** By {@code FileChannel.map}, as it comes: no advice. */
final class MappedAccess implements FileAccess {
    private final Arena arena;
    private final MemorySegment keys;
    private final MemorySegment records;

    private MappedAccess(Arena arena, MemorySegment keys, MemorySegment records) {
        this.arena = arena;
        this.keys = keys;
        this.records = records;
    }

    static FileAccess open(IndexFiles files) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new MappedAccess(arena, map(files.keys(), arena), map(files.records(), arena));
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    @Override
    public MemorySegment block(long offset, int length) {
        return keys.asSlice(offset, length);
    }

    @Override
    public void record(long offset, byte[] target, int length) {
        SegmentCopy.copy(records, offset, target, length);
    }

    @Override
    public void scan(long offset, byte[] target, int length) {
        SegmentCopy.copy(records, offset, target, length);
    }

    @Override
    public void close() {
        arena.close();
    }
}
