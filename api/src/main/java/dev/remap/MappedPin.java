// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A pinned range of a plain mapping. */
final class MappedPin implements Pin {
    private final MappedPins pins;
    private final MappedPins.Extent extent;
    private final Arena arena;
    private final MemorySegment segment;
    private boolean closed;

    MappedPin(MappedPins pins, MappedPins.Extent extent, Arena arena, MemorySegment segment) {
        this.pins = pins;
        this.extent = extent;
        this.arena = arena;
        this.segment = segment;
    }

    @Override
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            arena.close();
            closed = true;
            pins.remove(extent);
        }
    }
}
