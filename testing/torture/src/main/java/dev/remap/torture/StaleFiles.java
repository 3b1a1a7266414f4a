// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.FileRegion;
import dev.remap.FileSpec;
import dev.remap.Remap;
import dev.remap.RemapException;
import dev.remap.RemapException.Category;
import dev.remap.Repair;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Files that are cut short while they are open, over and over: every page must fail, be told as failed, and read as zeros once that has
 * been accepted.
 */
final class StaleFiles {
    private static final int PAGE = TortureConfig.PAGE;
    private static final int PAGES = 16;
    private static final byte CONTENT = 77;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Remap remap;
    private final RunState state;
    private final AtomicLong completed = new AtomicLong();

    StaleFiles(Remap remap, RunState state) {
        this.remap = remap;
        this.state = state;
    }

    void run() throws IOException {
        Path path = Files.createTempFile("remap-torture-", ".cut");
        try {
            while (state.running()) {
                byte[] bytes = new byte[PAGES * PAGE];
                Arrays.fill(bytes, CONTENT);
                Files.write(path, bytes);
                try (FileRegion region = remap.openFile(path, MapMode.READ_ONLY, FileSpec.defaults())) {
                    cut(region, path);
                }
                completed.incrementAndGet();
            }
        } finally {
            Files.delete(path);
        }
    }

    /** Files dealt with. */
    long completed() {
        return completed.get();
    }

    private static void cut(FileRegion region, Path path) throws IOException {
        expect(region, CONTENT);
        region.pageOut(0, region.size());
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        for (int page = 0; page < PAGES; page++) {
            refuse(region, page);
        }
        touch(region, PAGES - 1);
        repairAll(region);
        expect(region, (byte) 0);
    }

    /** What still is in DRAM may be had; nothing else. */
    private static void refuse(FileRegion region, int page) throws IOException {
        try {
            region.load((long) page * PAGE, PAGE, PATIENCE);
        } catch (RemapException e) {
            if (e.category() != Category.STALE && e.category() != Category.IO) {
                throw e;
            }
            return;
        }
        Byte got = touch(region, page);
        if (got == null && region.failures().isEmpty()) {
            throw new TortureFailure("page " + page + " is poisoned, and nobody says so");
        }
        if (got != null && got != CONTENT) {
            throw new TortureFailure("page " + page + " of a file that was cut has " + got);
        }
    }

    /**
     * What a plain touch reads; null if it ends in an error. By a thread of its own: compiled code throws that error late, perhaps
     * behind the try block of the touch.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing is left to the scheduler: yield is a way into the JVM
    private static @Nullable Byte touch(FileRegion region, int page) {
        AtomicReference<@Nullable Byte> got = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> error = new AtomicReference<>();
        Thread thread = Thread.ofPlatform()
                .daemon()
                .uncaughtExceptionHandler((_, cause) -> error.set(cause))
                .unstarted(() -> {
                    byte read = region.segment().get(ValueLayout.JAVA_BYTE, (long) page * PAGE);
                    Thread.yield(); // an error that is still due comes here
                    got.set(read);
                });
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Throwable cause = error.get();
        if (cause != null && !(cause instanceof InternalError)) {
            throw new TortureFailure("a touch of page " + page + " failed otherwise: " + cause, cause);
        }
        return cause == null ? got.get() : null;
    }

    private static void repairAll(FileRegion region) throws IOException {
        region.pageOut(0, region.size());
        for (int page = 0; page < PAGES; page++) {
            refuse(region, page);
        }
        region.repair(0, region.size(), Repair.RETRY);
        region.repair(0, region.size(), Repair.ACCEPT_LOSS);
        region.verify(0, region.size());
    }

    private static void expect(FileRegion region, byte content) throws IOException {
        for (int page = 0; page < PAGES; page++) {
            region.load((long) page * PAGE, PAGE, PATIENCE);
            Byte got = touch(region, page);
            if (got == null || (got != content && got != CONTENT)) {
                throw new TortureFailure("page " + page + " has " + got + " for " + content);
            }
        }
    }
}
