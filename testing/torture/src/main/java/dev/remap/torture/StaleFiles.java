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
        touch(region);
        repairAll(region);
        expect(region, (byte) 0);
    }

    /** What still is in DRAM may be had; nothing else. */
    private static void refuse(FileRegion region, int page) throws IOException {
        try {
            region.load((long) page * PAGE, PAGE, PATIENCE);
            if (region.segment().get(ValueLayout.JAVA_BYTE, (long) page * PAGE) != CONTENT) {
                throw new TortureFailure("page " + page + " of a file that was cut has other bytes");
            }
        } catch (RemapException e) {
            if (e.category() != Category.STALE && e.category() != Category.IO) {
                throw e;
            }
        } catch (InternalError e) {
            if (region.failures().isEmpty()) {
                throw new TortureFailure("page " + page + " is poisoned, and nobody says so", e);
            }
        }
    }

    private static void touch(FileRegion region) {
        try {
            region.segment().get(ValueLayout.JAVA_BYTE, (PAGES - 1L) * PAGE);
        } catch (InternalError e) {
            // A failed page: that is how a touch of one ends.
        }
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
            byte got = region.segment().get(ValueLayout.JAVA_BYTE, (long) page * PAGE);
            if (got != content && got != CONTENT) {
                throw new TortureFailure("page " + page + " has " + got + " for " + content);
            }
        }
    }
}
