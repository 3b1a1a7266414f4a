// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * A buffer of {@code struct uffd_msg}: the only class that knows its fields.
 *
 * <pre>
 *  0 event u8 | 1 reserved | 8 flags u64 | 16 address u64 | 24 thread id u32 | 28 padding
 * </pre>
 *
 * Not thread-safe. Allocates nothing after construction.
 */
public final class UffdMessages {

    private final MemorySegment buffer;

    /** Room for {@code capacity} messages. */
    public UffdMessages(int capacity) {
        this.buffer = Arena.ofAuto().allocate((long) capacity * Userfaultfd.MSG_SIZE, 8);
    }

    /** Replaces the contents by what {@code port} has: the number of messages, or -errno. Blocks as {@link UffdPort#read}. */
    public long fill(UffdPort port) {
        try {
            long bytes = port.read(buffer.address(), buffer.byteSize());
            return bytes < 0 ? bytes : bytes / Userfaultfd.MSG_SIZE;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** UFFD_EVENT_PAGEFAULT, or an event. */
    public int event(int index) {
        return buffer.get(ValueLayout.JAVA_BYTE, at(index, 0)) & 0xFF;
    }

    /** UFFD_PAGEFAULT_FLAG_* of a page fault. */
    public long flags(int index) {
        return buffer.get(ValueLayout.JAVA_LONG, at(index, 8));
    }

    /** Where the fault is; rounded down to the page unless UFFD_FEATURE_EXACT_ADDRESS was asked for. */
    public long address(int index) {
        return buffer.get(ValueLayout.JAVA_LONG, at(index, 16));
    }

    /** The faulting thread, if UFFD_FEATURE_THREAD_ID was asked for; else 0. */
    public int threadId(int index) {
        return buffer.get(ValueLayout.JAVA_INT, at(index, 24));
    }

    private static long at(int index, long field) {
        return (long) index * Userfaultfd.MSG_SIZE + field;
    }
}
