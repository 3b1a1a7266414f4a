// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import org.jspecify.annotations.Nullable;

/**
 * Ends every fault of this process when its last manager has died, without a thread of this JVM: if a safepoint is pending while another
 * thread waits in a fault, none comes back to Java any more. The kernel does it where io_uring is permitted, else a process that only holds
 * descriptors. Thread-safe.
 */
sealed interface DeadMansSwitch extends AutoCloseable permits KernelSwitch, WardenSwitch, DeadMansSwitch.None {
    /** The system property that decides who does it: {@code kernel}, {@code process}, {@code none}. For tests. */
    String PROPERTY = "dev.remap.deadman";

    /**
     * Arms one for as long as the pipe is open.
     *
     * @param alone whether the manager is this process's own; otherwise its broker holds the descriptors and does it where the kernel may
     *     not
     */
    static DeadMansSwitch arm(LivenessPipe pipe, Faultfd faultfd, RemapConfig config, boolean alone) {
        String wanted = System.getProperty(PROPERTY, "");
        DeadMansSwitch made = wanted.isEmpty() || wanted.equals("kernel") ? KernelSwitch.arm(pipe, faultfd) : null;
        if (made == null && ((alone && wanted.isEmpty()) || wanted.equals("process"))) {
            made = startWarden(pipe, faultfd, config);
        }
        return made == null ? new None() : made;
    }

    private static @Nullable DeadMansSwitch startWarden(LivenessPipe pipe, Faultfd faultfd, RemapConfig config) {
        try {
            return WardenSwitch.start(pipe, faultfd, config.openTimeout());
        } catch (RemapException e) {
            System.getLogger(DeadMansSwitch.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "nobody ends faults when the manager dies while a collection is pending: "
                                    + e.getMessage());
            return null;
        }
    }

    /** Has a region's memory go as well, from when this returns. */
    void cover(int memfd, long address, long size) throws RemapException;

    /** Leaves a region's memory alone, from when this returns. */
    void uncover(int memfd);

    /**
     * Waits until all faults have been ended by closing the userfaultfd.
     *
     * @return false if that does not happen within the time: then it is this process's to end them
     */
    boolean awaitFired(long timeoutMs);

    /** Disarms: managers may end from now on. */
    @Override
    void close();

    /** Nobody stands by. */
    final class None implements DeadMansSwitch {
        private None() {}

        @Override
        public void cover(int memfd, long address, long size) {
            // nothing to tell
        }

        @Override
        public void uncover(int memfd) {
            // nothing to tell
        }

        @Override
        public boolean awaitFired(long timeoutMs) {
            return false;
        }

        @Override
        public void close() {
            // nothing to end
        }
    }
}
