// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.util.Arrays;

/**
 * A message as it arrived.
 *
 * @param requestId 0 if no reply is wanted
 * @param fds descriptors that came along, often none; whoever receives closes them
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, below
public record Received<M>(long requestId, M message, int[] fds) {
    static final int[] NO_FDS = {};

    Received<M> with(int[] arrived) {
        return arrived.length == 0 ? this : new Received<>(requestId, message, arrived);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Received<?> other
                && requestId == other.requestId
                && message.equals(other.message)
                && Arrays.equals(fds, other.fds);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(requestId) + message.hashCode();
    }

    @Override
    public String toString() {
        return "Received[" + Long.toUnsignedString(requestId) + ", " + message + ", fds " + Arrays.toString(fds) + "]";
    }
}
