// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.time.Duration;

/** A moment that a command must not outlast. */
record Deadline(long startNs, long timeoutNs) {
    static Deadline in(Duration timeout) {
        return new Deadline(System.nanoTime(), timeout.toNanos());
    }

    boolean hasPassed() {
        return System.nanoTime() - startNs >= timeoutNs;
    }
}
