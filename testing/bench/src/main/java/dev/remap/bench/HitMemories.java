// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.linux.Errno;
import dev.remap.linux.FileIo;
import dev.remap.linux.Memfd;
import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One segment of each kind of memory, of equal size and contents, every page of it present and written. They are made in an order that
 * differs from JVM to JVM, since which physical pages a segment gets depends on it, and bulk copies depend on these.
 */
final class HitMemories implements AutoCloseable {
    static final long BYTES = 64 << 20;
    static final long BUDGET = 3 * BYTES;

    private static final long PAGE = 4096;
    private static final long HUGE_PAGE = 2 << 20;

    private final Arena arena = Arena.ofShared();
    private final Remap remap;
    private final Region region;
    private final Map<Memory, MemorySegment> segments = new EnumMap<>(Memory.class);

    HitMemories() throws RemapException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
        region = remap.create("bench", RegionSpec.ofSize(BYTES));
        List<Memory> order = Arrays.asList(Memory.values());
        Collections.shuffle(order);
        for (Memory memory : order) {
            MemorySegment segment = create(memory);
            fill(segment);
            segments.put(memory, segment);
        }
        region.load(0, BYTES, Duration.ofMinutes(1));
    }

    private MemorySegment create(Memory memory) {
        return switch (memory) {
            case REMAP -> region.segment();
            case SHARED -> shared();
            case ARENA -> arena(Mmap.MADV_NOHUGEPAGE);
            case ARENA_DEFAULT -> arena(Mmap.MADV_NORMAL);
        };
    }

    private MemorySegment shared() {
        int fd = (int) check("memfd", Memfd.createSized("remap-bench", BYTES));
        int flags = Mmap.MAP_SHARED | Mmap.MAP_NORESERVE;
        long address = check("mmap", Mmap.map(0, BYTES, Mmap.PROT_READ | Mmap.PROT_WRITE, flags, fd, 0));
        FileIo.close(fd);
        Mmap.madvise(address, BYTES, Mmap.MADV_NOHUGEPAGE);
        return Mmap.segment(address, BYTES, arena, ignored -> Mmap.unmap(address, BYTES));
    }

    /** Zeroed by the arena, and so present already: pages are dropped and come again as advised. */
    private MemorySegment arena(int advice) {
        MemorySegment segment = arena.allocate(BYTES, HUGE_PAGE);
        if (advice != Mmap.MADV_NORMAL) {
            check("madvise", Mmap.madvise(segment.address(), BYTES, advice));
            check("madvise", Mmap.madvise(segment.address(), BYTES, Mmap.MADV_DONTNEED));
        }
        return segment;
    }

    private static long check(String call, long result) {
        if (result < 0) {
            throw new IllegalStateException(call + " of " + BYTES + " bytes: " + Errno.name(result));
        }
        return result;
    }

    private static void fill(MemorySegment segment) {
        for (long at = 0; at < BYTES; at += Long.BYTES) {
            segment.set(ValueLayout.JAVA_LONG, at, at * 31 + at / PAGE);
        }
    }

    MemorySegment segment(Memory memory) {
        MemorySegment segment = segments.get(memory);
        if (segment == null) {
            throw new IllegalStateException("no " + memory);
        }
        return segment;
    }

    /** Faults on the region until now. */
    long faults() {
        return region.stats().touchFaults();
    }

    @Override
    public void close() {
        remap.close();
        arena.close();
    }
}
