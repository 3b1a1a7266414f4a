// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RemapException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Files in and out, by direct I/O too, while pages are evicted: unpinned, two thirds of them would be lost. */
class TransferTest {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long SIZE = 32 * Pages.MIB;
    private static final long PAGES = SIZE / Pages.SIZE;
    private static final int ROUNDS = 3;

    private OpenRegion open;
    private Region region;

    @TempDir(cleanup = CleanupMode.ALWAYS)
    Path directory;

    @BeforeEach
    void open() throws RemapException {
        open = OpenRegion.of(BUDGET, SIZE);
        region = open.region();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void directTransfersInAndOutAreRightWhileTheSamePagesAreEvicted() throws Exception {
        Path input = directory.resolve("in");
        Path output = directory.resolve("out");
        writeText(input);
        AtomicBoolean stop = new AtomicBoolean();
        Thread evictor = new Thread(() -> evictUntil(stop));
        evictor.start();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Pages.stamp(region.segment(), 0, PAGES);
                try (FileChannel in = direct(input, StandardOpenOption.READ)) {
                    assertThat(region.transferFrom(in, 0, SIZE)).isEqualTo(SIZE);
                }
                assertThat(Pages.wrongTexts(region.segment(), 0, PAGES))
                        .as("wrong pages in round %d", round)
                        .isZero();
                try (FileChannel out = direct(output, StandardOpenOption.WRITE)) {
                    assertThat(region.transferTo(0, SIZE, out)).isEqualTo(SIZE);
                }
                assertThat(Files.mismatch(input, output)).isEqualTo(-1);
            }
        } finally {
            stop.set(true);
            evictor.join();
        }
        assertThat(region.stats().pinnedBytes()).isZero();
    }

    @Test
    void unalignedRangesGoThroughOrdinaryChannels() throws IOException {
        Path file = directory.resolve("plain");
        Pages.writeTexts(region.segment(), 0, 64);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(region.transferTo(123, 100_000, out)).isEqualTo(100_000);
        }
        try (FileChannel in = FileChannel.open(file)) {
            assertThat(region.transferFrom(in, SIZE / 2 + 77, 200_000)).isEqualTo(100_000);
        }
        assertThat(region.segment()
                        .asSlice(123, 100_000)
                        .mismatch(region.segment().asSlice(SIZE / 2 + 77, 100_000)))
                .isEqualTo(-1);
        assertThat(region.segment().get(JAVA_LONG.withByteAlignment(1), SIZE / 2 + 77 + 100_000))
                .isZero();
    }

    @Test
    void channelsThatAreNoFilesWorkToo() throws IOException {
        try (InputStream zeros = new ByteArrayInputStream(Pages.random(3))) {
            assertThat(region.transferFrom(Channels.newChannel(zeros), 8192, 10_000))
                    .isEqualTo(Pages.SIZE);
        }
        assertThat(Pages.read(region.segment(), 2)).isEqualTo(Pages.random(3));
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        assertThat(region.transferTo(8192, Pages.SIZE, Channels.newChannel(sink)))
                .isEqualTo(Pages.SIZE);
        assertThat(sink.toByteArray()).isEqualTo(Pages.random(3));
    }

    private void evictUntil(AtomicBoolean stop) {
        try {
            for (long page = 0; !stop.get(); page = (page + 37) % (PAGES - 16)) {
                region.pageOut(page * Pages.SIZE, 16L * Pages.SIZE);
            }
        } catch (RemapException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeText(Path file) throws IOException {
        byte[] all = new byte[(int) SIZE];
        for (int page = 0; page < PAGES; page++) {
            System.arraycopy(Pages.text(page), 0, all, page * Pages.SIZE, Pages.SIZE);
        }
        Files.write(file, all);
    }

    /** {@code ExtendedOpenOption.DIRECT} cannot be named without a compiler warning. */
    private static FileChannel direct(Path file, OpenOption mode) throws Exception {
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
        OpenOption direct = (OpenOption) options.getField("DIRECT").get(null);
        return FileChannel.open(file, Set.of(mode, direct));
    }
}
