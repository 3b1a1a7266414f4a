// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/**
 * Off-heap memory each thread keeps for its calls: the captured errno, and a block for one call's structs.
 *
 * <p>Contents are valid for one call of this package; a method that uses the block must not call another that does.
 */
final class Scratch {

    /** Bytes at {@link #address}; the largest user is a CPU mask. */
    static final int BYTES = 512;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CAPTURE.byteOffset(PathElement.groupElement("errno"));
    private static final ThreadLocal<Scratch> CURRENT = ThreadLocal.withInitial(Scratch::new);

    /** Where the linker leaves errno. */
    final MemorySegment capture;

    /** 16-byte aligned; {@link #BYTES} long. */
    final long address;

    private Scratch() {
        Arena arena = Arena.ofAuto();
        this.capture = arena.allocate(CAPTURE);
        this.address = arena.allocate(BYTES, 16).address();
    }

    static Scratch current() {
        return CURRENT.get();
    }

    int errno() {
        return capture.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }
}
