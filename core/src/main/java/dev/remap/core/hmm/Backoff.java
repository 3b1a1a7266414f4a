// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import java.util.concurrent.locks.LockSupport;

/** A wait for a page in other hands, or for memory, up to a deadline: longer each time, until there is progress. */
final class Backoff {
    private static final long FIRST_NS = 20_000;
    private static final long LONGEST_NS = 2_000_000;

    private final long deadlineNs;
    private long pauseNs = FIRST_NS;

    Backoff(long timeoutNs) {
        deadlineNs = System.nanoTime() + timeoutNs;
    }

    boolean isOver() {
        return System.nanoTime() - deadlineNs >= 0;
    }

    long leftNs() {
        return Math.max(0, deadlineNs - System.nanoTime());
    }

    /** Waits; false if time is up. */
    boolean pause() {
        if (isOver()) {
            return false;
        }
        LockSupport.parkNanos(pauseNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_NS);
        return true;
    }

    void progressed() {
        pauseNs = FIRST_NS;
    }
}
