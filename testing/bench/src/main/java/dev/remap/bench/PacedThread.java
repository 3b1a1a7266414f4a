// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Does work beside what is measured, at no more than a given pace, so that all sides have the same beside them. */
final class PacedThread implements AutoCloseable {
    private static final double NS_A_SECOND = 1e9;

    private final ChunkWork work;
    private final long bytesPerSecond;
    private final Thread thread;
    private volatile boolean stop;
    private volatile long bytes;
    private volatile @Nullable Throwable failure;

    PacedThread(ChunkWork work, long bytesPerSecond) {
        this.work = work;
        this.bytesPerSecond = bytesPerSecond;
        thread = Thread.ofPlatform().daemon().name("works-beside").start(this::run);
    }

    private void run() {
        try {
            long start = System.nanoTime();
            long done = 0;
            while (!stop) {
                done += work.step();
                bytes = done;
                while (!stop && (System.nanoTime() - start) / NS_A_SECOND * bytesPerSecond < done) {
                    Thread.sleep(1);
                }
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            failure = e;
        }
    }

    long bytes() {
        return bytes;
    }

    /** Waits for the piece that is being done. */
    @Override
    public void close() throws IOException {
        stop = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Throwable cause = failure;
        if (cause != null) {
            throw new IOException("what ran beside failed: " + cause.getMessage(), cause);
        }
    }
}
