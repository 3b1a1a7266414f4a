// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Stops all threads of this JVM every few milliseconds, as a collector would, by asking for their stacks. */
final class Safepoints {
    private static final Duration PERIOD = Duration.ofMillis(10);

    private Safepoints() {}

    /** Starts, on a thread that ends with the JVM. */
    static void start() {
        Thread.ofPlatform().name("safepoints").daemon().start(Safepoints::run);
    }

    private static void run() {
        while (!Thread.getAllStackTraces().isEmpty()) {
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }
}
