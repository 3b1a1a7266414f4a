// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads all records from the first to the last byte, again and again, on a thread of its own, and checks each MiB of them. */
final class SequentialScan implements AutoCloseable {
    private final FileAccess access;
    private final long bytes;
    private final int[] sums;
    private final Thread thread = new Thread(this::run, "scanner");
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private long scanned;

    /** Starts. */
    SequentialScan(FileAccess access, long bytes, int[] sums) {
        this.access = access;
        this.bytes = bytes;
        this.sums = sums.clone();
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        byte[] chunk = new byte[IndexFiles.CHUNK_BYTES];
        try {
            while (!stopped) {
                scan(chunk);
            }
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void scan(byte[] chunk) throws IOException {
        int index = 0;
        for (long offset = 0; offset < bytes && !stopped; offset += chunk.length) {
            int length = (int) Math.min(chunk.length, bytes - offset);
            access.scan(offset, chunk, length);
            if (IndexFiles.crc(chunk, length) != sums[index++]) {
                throw new IllegalStateException("the scan read wrong bytes in MiB " + (index - 1));
            }
            scanned += length;
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The bytes it read. After {@link #close}; throws what ended it early. */
    long scanned() {
        Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the scan failed: " + cause, cause);
        }
        return scanned;
    }
}
