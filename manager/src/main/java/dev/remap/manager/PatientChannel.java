// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.wire.Connection;
import dev.remap.wire.KeeperMessage;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * A channel to a process that keeps something for this one, and must not hold it up for ever. Thread-safe.
 *
 * @param patienceNs how long a message may find no room before the channel is given up
 */
record PatientChannel(Connection<KeeperMessage, KeeperMessage> connection, long patienceNs) {
    private static final long STEP_NS = 1_000_000;

    /**
     * Sends a message; waits for room.
     *
     * @throws IOException if the other side has ended or does not read
     */
    void send(long requestId, KeeperMessage message, int... fds) throws IOException {
        long start = System.nanoTime();
        while (!connection.trySend(requestId, message, fds)) {
            if (System.nanoTime() - start > patienceNs) {
                throw new IOException("it does not read");
            }
            LockSupport.parkNanos(STEP_NS);
        }
    }
}
