// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Mmap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pinned range of a region that an embedded manager serves. */
final class ManagedPin implements Pin {
    private final ManagedRegion region;
    private final long offset;
    private final long length;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final AtomicBoolean closed = new AtomicBoolean();

    ManagedPin(ManagedRegion region, long offset, long length) {
        this.region = region;
        this.offset = offset;
        this.length = length;
        segment = Mmap.segment(region.address() + offset, length, arena, null);
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            arena.close();
            region.endPin(offset, length);
        }
    }
}
