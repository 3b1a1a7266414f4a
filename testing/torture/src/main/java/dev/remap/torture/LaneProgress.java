// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import org.jspecify.annotations.Nullable;

/** How far one thread is, for the watchdog and for messages. Written by that thread, read by any. */
final class LaneProgress {
    private volatile @Nullable Operation operation;
    private volatile long number;
    private volatile long beganNs;

    void begin(Operation next) {
        operation = next;
        beganNs = System.nanoTime();
    }

    void end() {
        operation = null;
        number = number() + 1;
    }

    /** Operations completed. */
    long number() {
        return number;
    }

    @Override
    public String toString() {
        Operation now = operation;
        return number + (now == null ? " (between two)" : " (" + now + ", for " + elapsedMs() + " ms)");
    }

    private long elapsedMs() {
        return (System.nanoTime() - beganNs) / 1_000_000;
    }
}
