// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Advice;
import dev.remap.DeviceAccess;
import dev.remap.PageFailure;
import dev.remap.Pin;
import dev.remap.Region;
import dev.remap.RegionStats;
import dev.remap.Repair;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A region of plain memory, which is always right. Subclasses break it, to see whether the harness notices. */
class PlainRegion implements Region {
    final Arena arena = Arena.ofShared();
    final MemorySegment memory;

    PlainRegion(long size) {
        memory = arena.allocate(size, 4096);
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public long size() {
        return memory.byteSize();
    }

    @Override
    public MemorySegment segment() {
        return memory;
    }

    @Override
    public MemorySegment segment(long offset, long size, Arena view) {
        return memory.asSlice(offset, size);
    }

    @Override
    public void advise(long offset, long length, Advice advice) {}

    @Override
    public void prefetch(long offset, long length) {}

    @Override
    public void prefetch(long[] offsets, int count, long lengthEach) {}

    @Override
    public void load(long offset, long length, Duration timeout) {}

    @Override
    public CompletionStage<Void> loadAsync(long[] offsets, int count, long lengthEach) {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public Pin pin(long offset, long length, Duration timeout) {
        MemorySegment slice = memory.asSlice(offset, length);
        return new Pin() {
            @Override
            public MemorySegment segment() {
                return slice;
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long transferTo(long offset, long length, WritableByteChannel target) throws IOException {
        return target.write(memory.asSlice(offset, length).asByteBuffer());
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long offset, long length) throws IOException {
        return source.read(memory.asSlice(offset, length).asByteBuffer());
    }

    @Override
    public void read(long offset, MemorySegment target) {
        target.copyFrom(memory.asSlice(offset, target.byteSize()));
    }

    @Override
    public void read(long[] offsets, int count, long lengthEach, MemorySegment target) {
        for (int i = 0; i < count; i++) {
            MemorySegment.copy(memory, offsets[i], target, i * lengthEach, lengthEach);
        }
    }

    @Override
    public void force(long offset, long length) {}

    @Override
    public long pageOut(long offset, long length) {
        return 0;
    }

    @Override
    public void discard(long offset, long length) {
        memory.asSlice(offset, length).fill((byte) 0);
    }

    @Override
    public void protect(long offset, long length, DeviceAccess access) {
        assert length >= 0 : access;
    }

    @Override
    public boolean isLoaded(long offset, long length) {
        return true;
    }

    @Override
    public long residentBytes(long offset, long length) {
        return length;
    }

    @Override
    public void verify(long offset, long length) {}

    @Override
    public List<PageFailure> failures() {
        return List.of();
    }

    @Override
    public long repair(long offset, long length, Repair how) {
        return 0;
    }

    @Override
    public RegionStats stats() {
        return new RegionStats(Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
