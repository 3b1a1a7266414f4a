// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Threads of a manager that begin together. A standby starts them long before and holds them: to start one takes half a millisecond, for
 * which touches would wait. Used by one thread at a time.
 */
final class HeldThreads {
    private final List<Thread> threads = new ArrayList<>();
    private final CompletableFuture<Boolean> released = new CompletableFuture<>();
    private boolean held;

    /** Adds one; before {@link #hold} and {@link #release}. */
    void add(String name, Runnable agent) {
        threads.add(ApplicationSession.thread(name, () -> {
            released.join();
            agent.run();
        }));
    }

    /** Starts all, up to their first step. */
    void hold() {
        held = true;
        threads.forEach(Thread::start);
    }

    /** Has all begin. */
    void release() {
        released.complete(true);
        if (!held) {
            threads.forEach(Thread::start);
        }
    }

    List<Thread> all() {
        return threads;
    }
}
