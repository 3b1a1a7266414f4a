// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.wire.ErrorCode;
import java.util.concurrent.locks.LockSupport;

/** A command's wait for somebody else's page or for memory, with a deadline. */
final class Wait {
    private static final long NS_PER_MS = 1_000_000;
    private static final long FIRST_PAUSE_NS = 20_000;
    private static final long LONGEST_PAUSE_NS = 2_000_000;

    private final String what;
    private final long startNs = System.nanoTime();
    private final long timeoutNs;
    private long pauseNs = FIRST_PAUSE_NS;

    Wait(String what, long timeoutNs) {
        this.what = what;
        this.timeoutNs = timeoutNs;
    }

    /** Pauses until reclaim may have made room; longer each time until {@link #progressed}. */
    void pauseForMemory() throws CommandException {
        pause(ErrorCode.NO_MEMORY, "DRAM", "Unpin or discard something, raise the DRAM budget, or add a tier.");
    }

    /** The same until whoever moves the page may have let go of it. */
    void pauseForPage() throws CommandException {
        pause(ErrorCode.DEADLINE, "a page that another thread is moving", "Try again.");
    }

    private void pause(ErrorCode code, String holder, String remedy) throws CommandException {
        if (System.nanoTime() - startNs > timeoutNs) {
            throw new CommandException(code, what + " waited " + timeoutNs / NS_PER_MS + " ms for " + holder, remedy);
        }
        LockSupport.parkNanos(pauseNs);
        pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
    }

    void progressed() {
        pauseNs = FIRST_PAUSE_NS;
    }
}
