// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Answers that an application is slow to read. Whoever has one, the reclaim agent above all, must not wait for the application's socket:
 * what does not fit there at once is sent from here. Once {@value #MOST_WAITING} answers wait, no further request is read.
 */
final class AnswerQueue implements Runnable {
    private static final int MOST_WAITING = 256;

    private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(0);

    /** Has an answer sent by a thread that may wait for it. */
    void add(Runnable send) {
        waiting.add(send);
    }

    /** Waits until the application has read enough. For the thread that reads requests. */
    void awaitRoom() {
        while (waiting.size() >= MOST_WAITING) {
            room.drainPermits();
            if (waiting.size() >= MOST_WAITING) {
                room.acquireUninterruptibly();
            }
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                waiting.take().run();
                room.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
