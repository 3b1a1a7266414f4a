// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Whose turn it is to read faults: one of a few threads has it; the others are parked, or at work on a fault they had read before they
 * left the turn. What the holder wrote is seen by the next one.
 *
 * <p>These are the leader and the followers of Schmidt, O'Ryan, Kircher and Pyarali, "Leader/Followers: A Design Pattern for Efficient
 * Multi-Threaded Event Demultiplexing and Dispatching", PLoP 2000: the thread that reads an event handles it itself, so that an event
 * never waits for another thread to wake up. Allocates nothing.
 */
final class FaultTurn {
    /** The most threads. */
    static final int MAX_AGENTS = 31;

    /** Nobody has the turn, and nobody is parked. */
    private static final int FREE = 1 << MAX_AGENTS;

    /** {@link #FREE}, or a bit for each thread that is parked, or about to be. */
    private final AtomicInteger state = new AtomicInteger(FREE);

    private final Thread[] threads = new Thread[MAX_AGENTS];

    /** Waits for the turn. For thread {@code agent} only, which does not have it. */
    void take(int agent) {
        int bit = 1 << agent;
        threads[agent] = Thread.currentThread(); // published with the bit
        while (true) {
            int seen = state.get();
            if (seen == FREE) {
                if (state.compareAndSet(FREE, 0)) {
                    return;
                }
            } else if (state.compareAndSet(seen, seen | bit)) {
                break;
            }
        }
        while ((state.get() & bit) != 0) {
            LockSupport.park(this);
        }
    }

    /** Passes the turn to a thread that is parked, or leaves it to the first that comes. For the thread that has it. */
    void leave() {
        while (true) {
            int parked = state.get();
            int next = Integer.lowestOneBit(parked);
            if (state.compareAndSet(parked, parked == 0 ? FREE : parked & ~next)) {
                if (next != 0) {
                    LockSupport.unpark(threads[Integer.numberOfTrailingZeros(next)]);
                }
                return;
            }
        }
    }
}
