// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.linux;

import java.lang.foreign.Arena;

/** Settings of the calling thread and process: {@code linux/prctl.h}. */
public final class Prctl {

    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PR_SET_NAME = 15;

    private Prctl() {}

    /**
     * Sends this process {@code signal} when the <em>thread</em> that started it ends (0: none). A parent that is already gone
     * sends nothing: check for it after the call.
     */
    public static long setPdeathsig(int signal) {
        return Native.retry(Syscall.PRCTL, PR_SET_PDEATHSIG, signal, 0, 0, 0, 0);
    }

    /** Names the calling thread in {@code /proc} and debuggers; cut after 15 bytes. */
    public static long setName(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Native.retry(
                    Syscall.PRCTL, PR_SET_NAME, arena.allocateFrom(name).address(), 0, 0, 0, 0);
        }
    }
}
