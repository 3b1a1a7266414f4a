// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The thread that carries out a device's commands, one after another. It starts with the first. */
final class DeviceAgent implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DeviceAgent.class.getName());
    private static final int MOST_WAITING = 256;
    private static final long STEP_NS = 100_000;

    private final ArrayBlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicInteger pending = new AtomicInteger();
    private final Thread thread;
    private boolean started;
    private volatile boolean closed;

    DeviceAgent(String device) {
        thread = new Thread(this::run, "remap-device-" + device);
        thread.setDaemon(true);
    }

    /** Has a command carried out, unless too many wait. What it throws is its own to report. */
    boolean execute(Runnable command) {
        start();
        pending.incrementAndGet();
        if (closed || !queue.offer(command)) {
            pending.decrementAndGet();
            return false;
        }
        LockSupport.unpark(thread);
        return true;
    }

    private synchronized void start() {
        if (!started && !closed) {
            started = true;
            thread.start();
        }
    }

    private void run() {
        while (true) {
            Runnable command = queue.poll();
            if (command != null) {
                run(command);
            } else if (closed) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void run(Runnable command) {
        try {
            command.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, thread.getName() + ": a command failed", e);
        } finally {
            pending.decrementAndGet();
        }
    }

    /** Waits until no command is under way or waits; false if time is up. */
    boolean awaitIdle(long deadlineNs) {
        while (pending.get() != 0 && !Thread.currentThread().equals(thread)) {
            if (System.nanoTime() - deadlineNs > 0) {
                return false;
            }
            LockSupport.parkNanos(STEP_NS);
        }
        return true;
    }

    /** Ends the thread once it has carried out what waits. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
