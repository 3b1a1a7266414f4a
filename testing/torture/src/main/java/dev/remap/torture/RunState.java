// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What the threads of one run share: when to stop, and why. */
final class RunState {
    private final long deadlineNs;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    RunState(int seconds) {
        deadlineNs = System.nanoTime() + seconds * 1_000_000_000L;
    }

    boolean running() {
        return !stopped && System.nanoTime() - deadlineNs < 0;
    }

    void stop() {
        stopped = true;
    }

    /** The first failure is kept; all threads stop. */
    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
        stopped = true;
    }

    void start(String name, RangeLocks.Action body) {
        Thread thread = new Thread(() -> runGuarded(body), name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Waits until the threads given by their number in order of start have ended. */
    void await(int from, int to) throws InterruptedException {
        for (Thread thread : threads.subList(from, to)) {
            thread.join();
        }
    }

    void awaitAll() throws InterruptedException {
        await(0, threads.size());
    }

    void rethrow() {
        Throwable cause = failure.get();
        if (cause instanceof TortureFailure known) {
            throw known;
        }
        if (cause != null) {
            throw new TortureFailure(cause.toString(), cause);
        }
    }

    private void runGuarded(RangeLocks.Action body) {
        try {
            body.run();
        } catch (Throwable t) {
            fail(t);
        }
    }
}
