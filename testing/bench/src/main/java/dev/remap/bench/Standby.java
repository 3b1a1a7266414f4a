// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Remap;

/** Waits for the process that takes over from a manager. */
final class Standby {
    private static final int LOOKS = 200;
    private static final int PAUSE_MS = 50;

    /** Until it is as ready as it gets. */
    private static final int SETTLE_MS = 500;

    private Standby() {}

    /** Its process id. It is started after the manager has answered. */
    static long await(Remap remap) throws InterruptedException {
        long pid = remap.stats().standbyPid();
        for (int i = 0; pid == 0 && i < LOOKS; i++) {
            Thread.sleep(PAUSE_MS);
            pid = remap.stats().standbyPid();
        }
        if (pid == 0) {
            throw new IllegalStateException("no standby came within 10 s");
        }
        Thread.sleep(SETTLE_MS);
        return pid;
    }
}
