// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/** Descriptors to wait on until one is readable or hung up. Not thread-safe; allocates once; closes nothing. */
public final class PollSet {

    private final MemorySegment array;
    private final int count;

    public PollSet(int... fds) {
        this.count = fds.length;
        this.array = Arena.ofAuto().allocate((long) count * Poll.POLLFD_BYTES, 8);
        for (int i = 0; i < count; i++) {
            array.set(ValueLayout.JAVA_INT, at(i, 0), fds[i]);
            array.set(ValueLayout.JAVA_SHORT, at(i, 4), Poll.POLLIN);
        }
    }

    /** The number of descriptors with something to tell, 0 after {@code timeoutMs} (negative: never), or -errno. */
    public int await(int timeoutMs) {
        try {
            return (int) Poll.poll(array.address(), count, timeoutMs);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Whether descriptor {@code index} had input at the last await. */
    public boolean readable(int index) {
        return (revents(index) & Poll.POLLIN) != 0;
    }

    /** Whether the other end was gone, or the descriptor is broken or not open; input may still be left. */
    public boolean hangup(int index) {
        return (revents(index) & (Poll.POLLHUP | Poll.POLLERR | Poll.POLLNVAL)) != 0;
    }

    private short revents(int index) {
        return array.get(ValueLayout.JAVA_SHORT, at(index, 6));
    }

    private static long at(int index, int field) {
        return (long) index * Poll.POLLFD_BYTES + field;
    }
}
