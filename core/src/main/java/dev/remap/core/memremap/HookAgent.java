// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that calls a device's hooks, so that whoever needs a hook called can stop waiting for it. What must be called before the
 * caller goes on comes first ({@link #call}); frames to be freed are freed when there is time ({@link #free}).
 */
final class HookAgent implements AutoCloseable {
    private static final int MOST_CALLS = 1024;
    private static final long NS_PER_MS = 1_000_000;
    /** A hook that frees a frame must not block. */
    private static final long FREE_BUDGET_NS = 100 * NS_PER_MS;

    private final String device;
    private final Consumer<String> onFault;
    private final ArrayBlockingQueue<Call> calls = new ArrayBlockingQueue<>(MOST_CALLS);
    private final ConcurrentLinkedQueue<Freeing> freeing = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private boolean started;
    private volatile boolean sleeping;
    private volatile boolean closed;
    private volatile boolean idle = true;

    private record Freeing(LongConsumer hook, long pfn) {}

    private static final class Call {
        private final Runnable work;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile @Nullable Throwable failure;

        private Call(Runnable work) {
            this.work = work;
        }
    }

    /**
     * Its thread starts with the first call.
     *
     * @param onFault what a hook that frees frames has done wrong
     */
    HookAgent(String device, Consumer<String> onFault) {
        this.device = device;
        this.onFault = onFault;
        thread = new Thread(this::run, "remap-hooks-" + device);
        thread.setDaemon(true);
    }

    private synchronized void start() {
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    /** Has a hook called, and waits for it. Null if it has returned in time, else what it did. */
    @Nullable
    String call(String hook, long budgetNs, Runnable work) {
        if (Thread.currentThread().equals(thread)) {
            return hook + " was caused by a hook of the same device";
        }
        Call call = new Call(work);
        if (closed || !calls.offer(call)) {
            return closed ? null : hook + " has " + MOST_CALLS + " calls waiting before it";
        }
        wake();
        boolean interrupted = false;
        long deadlineNs = System.nanoTime() + budgetNs;
        try {
            while (true) {
                try {
                    boolean done = call.done.await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
                    Throwable failure = call.failure;
                    if (!done) {
                        return hook + " has not returned for " + budgetNs / NS_PER_MS + " ms";
                    }
                    return failure == null ? null : hook + " threw " + failure;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has a frame freed later. Never blocks. */
    void free(LongConsumer hook, long pfn) {
        freeing.add(new Freeing(hook, pfn));
        wake();
    }

    /** Waits until all frames that were to be freed are, or time is up. */
    boolean awaitFreed(long deadlineNs) {
        while (!freeing.isEmpty() || !idle) {
            if (closed || System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            LockSupport.parkNanos(NS_PER_MS / 10);
        }
        return true;
    }

    private void wake() {
        start();
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            idle = false;
            Call call = calls.poll();
            if (call != null) {
                run(call);
                continue;
            }
            Freeing next = freeing.poll();
            if (next != null) {
                free(next);
                continue;
            }
            idle = true;
            sleeping = true;
            if (calls.isEmpty() && freeing.isEmpty() && !closed) {
                LockSupport.park(this);
            }
            sleeping = false;
        }
        for (Call call = calls.poll(); call != null; call = calls.poll()) {
            call.done.countDown();
        }
    }

    private static void run(Call call) {
        try {
            call.work.run();
        } catch (RuntimeException | Error e) {
            call.failure = e;
        } finally {
            call.done.countDown();
        }
    }

    private void free(Freeing freed) {
        long startNs = System.nanoTime();
        try {
            freed.hook.accept(freed.pfn);
        } catch (RuntimeException | Error e) {
            onFault.accept("pageFree of frame " + freed.pfn + " threw " + e);
        }
        long tookNs = System.nanoTime() - startNs;
        if (tookNs > FREE_BUDGET_NS) {
            onFault.accept("pageFree of frame " + freed.pfn + " took " + tookNs / NS_PER_MS + " ms");
        }
    }

    /** Ends the thread once it is back from the hook that it may be in; whoever waits is let go. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    @Override
    public String toString() {
        return "hooks of " + device;
    }
}
