// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Memory off the heap through which bytes go between a file and wherever they are wanted, on a page boundary as {@code O_DIRECT} asks for.
 * Keeps at most 16 buffers; further ones are the garbage collector's. Thread-safe.
 */
final class BounceBuffers {
    /** Bytes of a buffer. */
    static final long BYTES = 256 << 10;

    private static final int KEPT = 16;

    private final ArrayBlockingQueue<MemorySegment> unused = new ArrayBlockingQueue<>(KEPT);

    /** A buffer for the caller alone, with anything in it. */
    MemorySegment take() {
        MemorySegment buffer = unused.poll();
        return buffer == null ? Arena.ofAuto().allocate(BYTES, RegionChecks.PAGE) : buffer;
    }

    /** Gives a buffer back. Nobody may use it any more. */
    void give(MemorySegment buffer) {
        var _ = unused.offer(buffer);
    }
}
