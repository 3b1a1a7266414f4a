// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.broker;

/** Where in the descriptors that a manager keeps of its session each one is. */
final class SessionFds {
    /** The key they are kept under. */
    static final String KEY = "session";

    static final int USERFAULTFD = 2;
    static final int COUNTERS = 4;
    static final int PROCESS = 5;
    static final int LIVENESS = 6;

    /** All there are. */
    static final int COUNT = 7;

    private SessionFds() {}
}
