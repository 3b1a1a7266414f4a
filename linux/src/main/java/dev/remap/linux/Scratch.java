// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * Off-heap memory each thread keeps for its calls: the captured errno, and a block for one call's structs.
 *
 * <p>Contents are valid for one call of this package; a method that uses the block must not call another that does.
 */
final class Scratch {

    /** Bytes at {@link #address}; the largest user is a CPU mask. */
    static final int BYTES = 512;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = errnoOffset();

    /** No lambda: this is on the way to the first call of every start. */
    private static final ThreadLocal<Scratch> CURRENT = new ThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
            return new Scratch();
        }
    };

    /** 16-byte aligned; {@link #BYTES} long. */
    final long address;

    private final long capture;

    @SuppressWarnings("unused") // keeps what the addresses point to
    private final Arena arena = Arena.ofAuto();

    private Scratch() {
        this.capture = arena.allocate(CAPTURE).address();
        this.address = arena.allocate(BYTES, 16).address();
    }

    /** What {@code byteOffset} of a path says, which takes some milliseconds to come to the first time. */
    private static long errnoOffset() {
        long offset = 0;
        for (MemoryLayout member : CAPTURE.memberLayouts()) {
            if (member.name().orElse("").equals("errno")) {
                return offset;
            }
            offset += member.byteSize();
        }
        throw new AssertionError("the linker captures no errno: " + CAPTURE);
    }

    static Scratch current() {
        return CURRENT.get();
    }

    /**
     * Where the linker leaves errno.
     *
     * <p>Made for each call from a constant, so that the compiler knows its class whatever other segments the program uses:
     * the linker slices it, and a slice whose class is unknown is allocated, 40 bytes a call.
     */
    MemorySegment capture() {
        return Native.segment(capture, CAPTURE.byteSize());
    }

    int errno() {
        return Native.getInt(capture + ERRNO_OFFSET);
    }
}
