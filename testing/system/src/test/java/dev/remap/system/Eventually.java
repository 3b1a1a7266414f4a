// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what must happen soon. */
final class Eventually {
    private static final long STEP_MS = 2;

    private Eventually() {}

    /** Looks every 2 ms; fails at the deadline. Returns how long it took. */
    static Duration await(String what, Duration limit, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > limit.toNanos()) {
                throw new AssertionError("not within " + limit + ": " + what);
            }
            pause();
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void pause() {
        try {
            Thread.sleep(STEP_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
