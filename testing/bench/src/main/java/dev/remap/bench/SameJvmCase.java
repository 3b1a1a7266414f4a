// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** Who answers a page fault, how the page is touched, and whether a garbage collection is asked for meanwhile. */
enum SameJvmCase {
    NO_COLLECTION("same JVM", "load instruction", false, true),
    LOAD("same JVM", "load instruction", true, false),
    NATIVE_CALL("same JVM", "native call (madvise)", true, true),
    OTHER_JVM("another JVM", "load instruction", true, true);

    private final String handler;
    private final String touch;
    private final boolean collects;
    private final boolean ends;

    SameJvmCase(String handler, String touch, boolean collects, boolean ends) {
        this.handler = handler;
        this.touch = touch;
        this.collects = collects;
        this.ends = ends;
    }

    /** Where the thread runs that answers the fault. */
    String handler() {
        return handler;
    }

    /** What touches the page. */
    String touch() {
        return touch;
    }

    /** Whether a collection is asked for while the page is being touched. */
    boolean collects() {
        return collects;
    }

    /** Whether the touch comes back. */
    boolean ends() {
        return ends;
    }
}
