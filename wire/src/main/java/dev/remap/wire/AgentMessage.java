// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.Arrays;

/** What a manager asks of the agent thread in its application, and the answer. Reclaim never depends on either for correctness. */
public sealed interface AgentMessage {
    /**
     * Unmap address ranges: {@code madvise(MADV_DONTNEED)}.
     *
     * @param starts addresses, at most {@link Protocol#MAX_RANGES}; not copied
     * @param lengths in bytes, one a start; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Zap(long sequence, long[] starts, long[] lengths) implements AgentMessage {
        /** Refuses arrays of different lengths. */
        public Zap {
            if (starts.length != lengths.length) {
                throw new IllegalArgumentException(starts.length + " starts, " + lengths.length + " lengths");
            }
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Zap other
                    && sequence == other.sequence
                    && Arrays.equals(starts, other.starts)
                    && Arrays.equals(lengths, other.lengths);
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(sequence) + Arrays.hashCode(starts);
        }

        @Override
        public String toString() {
            return "Zap[sequence=" + sequence + ", " + starts.length + " ranges]";
        }
    }

    /**
     * The ranges of one {@link Zap} are unmapped, or one could not be.
     *
     * @param result 0, or -errno
     */
    record ZapDone(long sequence, int result) implements AgentMessage {}
}
