// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.remap.driver.BackingFiles;
import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What calls allocate once the compiler has seen enough of them. */
@Timeout(180)
class FileAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PAGES = 128;
    private static final int MAX_ROUNDS = 3000;

    /** Rounds in a row without allocation, after which it is believed. */
    private static final int QUIET_ROUNDS = 5;

    @TempDir
    private Path directory = Path.of("");

    private static void assertQuiet(Runnable round) {
        int quiet = 0;
        long least = Long.MAX_VALUE;
        for (int i = 0; quiet < QUIET_ROUNDS && i < MAX_ROUNDS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            round.run();
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            least = Math.min(least, allocated);
            quiet = allocated == 0 ? quiet + 1 : 0;
        }
        assertThat(quiet).as("least bytes a round: %d", least).isEqualTo(QUIET_ROUNDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io=uring,direct=off", "io=aio,direct=off", "io=plain,direct=off", "io=uring", "io=aio"})
    void onceWarmTheTierAllocatesNothing(String options) {
        try (Fixture fixture = new Fixture(directory, options, Fixture.PLENTY)) {
            fixture.spill.stopWatching();
            PageBatch batch = fixture.batch;
            long[] locations = new long[PAGES];
            assertQuiet(() -> {
                fill(batch, fixture.source, locations);
                fixture.tier.storeAll(batch);
                for (int i = 0; i < PAGES; i++) {
                    locations[i] = batch.result(i);
                }
                fill(batch, fixture.target, locations);
                fixture.fetcher.fetchAll(batch);
                for (int i = 0; i < PAGES; i++) {
                    fixture.fetcher.fetch(i * 3L, locations[i], fixture.target.address(i));
                    fixture.tier.free(locations[i]);
                }
                long location = fixture.tier.store(1, fixture.source.address(0));
                fixture.tier.free(location);
                fixture.tier.compact(1_000_000_000);
            });
        }
    }

    private static void fill(PageBatch batch, Pages memory, long[] locations) {
        batch.clear();
        for (int i = 0; i < PAGES; i++) {
            batch.add(i * 3L, locations[i], memory.address(i));
        }
    }

    @Test
    void onceWarmExistingFilesAllocateNothing() throws Exception {
        try (BackingFiles files = new ExistingFilesDriver().open("test", 1 << 20)) {
            for (int i = 0; i < 8; i++) {
                Path path = Files.write(directory.resolve("file" + i), new byte[100 * Pages.BYTES]);
                int fd = (int) FileIo.open(path.toString(), FileIo.O_RDWR, 0);
                files.attach(i * 100L, 0, 100L * Pages.BYTES - 9, fd, BackingFiles.Mode.READ_WRITE, false);
            }
            Tier.Fetcher fetcher = files.newFetcher();
            Pages memory = new Pages(PAGES);
            PageBatch batch = new PageBatch(PAGES);
            long[] locations = new long[PAGES];
            assertQuiet(() -> {
                fill(batch, memory, locations);
                files.storeAll(batch);
                fill(batch, memory, locations);
                fetcher.fetchAll(batch);
                fetcher.fetch(99, 0, memory.address(0));
            });
        }
    }
}
