// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * A channel between a manager and a keeper, neither of which may hold the other up for ever. Thread-safe.
 *
 * @param patienceNs how long a message may find no room before the channel is given up
 */
public record PatientChannel(Connection<KeeperMessage, KeeperMessage> connection, long patienceNs) {
    private static final long STEP_NS = 1_000_000;

    /**
     * Sends a message; waits for room.
     *
     * @throws IOException if the other side has ended or does not read
     */
    public void send(long requestId, KeeperMessage message, int... fds) throws IOException {
        long start = System.nanoTime();
        while (!connection.trySend(requestId, message, fds)) {
            if (System.nanoTime() - start > patienceNs) {
                throw new IOException("it does not read");
            }
            LockSupport.parkNanos(STEP_NS);
        }
    }
}
