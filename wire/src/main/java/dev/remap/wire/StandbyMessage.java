// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.Arrays;

/** What a manager tells its standby, and the other way round. */
public sealed interface StandbyMessage {
    /**
     * Keep duplicates of the descriptors that come along, and what they are, under a key; what was kept under it is dropped.
     *
     * @param key a path of names with slashes between
     * @param value at most {@link Protocol#MAX_KEPT_BYTES}; not copied
     */
    @SuppressWarnings("ArrayRecordComponent") // equality is by content, below
    record Keep(String key, byte[] value) implements StandbyMessage {
        @Override
        public boolean equals(Object o) {
            return o instanceof Keep other && key.equals(other.key) && Arrays.equals(value, other.value);
        }

        @Override
        public int hashCode() {
            return 31 * key.hashCode() + Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Keep[key=" + key + ", " + value.length + " bytes]";
        }
    }

    /** Drop what is kept under a key, and under all keys below it. */
    record Drop(String key) implements StandbyMessage {}

    /** From the standby: it is ready to take over. From the manager: all there is has been sent. */
    record Ready() implements StandbyMessage {}

    /** From the manager: it ends on purpose, and nobody is to take over. */
    record Farewell() implements StandbyMessage {}
}
