// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be undone at the end, the latest first, whether the end is a return, an exception or a signal. Thread-safe. */
final class CleanUp implements AutoCloseable {
    /** Undoes one thing. */
    interface Step {
        void run() throws IOException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private final Thread hook = new Thread(this::run, "clean-up");

    CleanUp() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    synchronized void add(Step step) {
        steps.push(step);
    }

    @Override
    public void close() {
        run();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook runs and finds nothing left to do.
            return;
        }
    }

    private synchronized void run() {
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (IOException e) {
                System.err.println("remap demo: could not clean up: " + e);
            }
        }
    }
}
