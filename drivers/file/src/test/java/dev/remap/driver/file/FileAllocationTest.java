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
import java.util.Arrays;
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

    /** Bytes that the JDK makes for a page; 960 and 968 in JDK 25. */
    private static final long LARGEST_CIPHER_BYTES = 1200;

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

    /**
     * What {@link javax.crypto.Cipher} makes for each page, and nothing besides. Prints figures beside those without encryption, each the
     * median of its later rounds.
     */
    @Test
    void anEncryptedPageAllocatesNoMoreThanTheCipherDoes() {
        try (Fixture plain = new Fixture(directory, "io=plain", Fixture.PLENTY);
                Fixture sealed = new Fixture(directory, "io=plain,encrypt=aes-gcm", Fixture.PLENTY)) {
            plain.spill.stopWatching();
            sealed.spill.stopWatching();
            Figures without = new Figures();
            Figures with = new Figures();
            for (int round = 0; round < Figures.ROUNDS; round++) {
                without.measure(plain, round);
                with.measure(sealed, round);
            }
            System.out.printf("a page, plain:     %s%na page, encrypted: %s%n", without, with);
            assertThat(with.leastStored()).isBetween(1L, LARGEST_CIPHER_BYTES);
            assertThat(with.leastFetched()).isBetween(1L, LARGEST_CIPHER_BYTES);
            assertThat(without.leastStored()).isZero();
            assertThat(without.leastFetched()).isZero();
        }
    }

    /** Bytes allocated and nanoseconds taken for a page, round by round. */
    private static final class Figures {
        static final int ROUNDS = 400;

        private final long[] storedBytes = new long[ROUNDS];
        private final long[] fetchedBytes = new long[ROUNDS];
        private final long[] storeNs = new long[ROUNDS];
        private final long[] fetchNs = new long[ROUNDS];

        void measure(Fixture fixture, int round) {
            long[] locations = new long[PAGES];
            fill(fixture.batch, fixture.source, locations);
            long bytes = THREADS.getCurrentThreadAllocatedBytes();
            long ns = System.nanoTime();
            fixture.tier.storeAll(fixture.batch);
            storeNs[round] = (System.nanoTime() - ns) / PAGES;
            storedBytes[round] = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / PAGES;
            for (int i = 0; i < PAGES; i++) {
                locations[i] = fixture.batch.result(i);
            }
            fill(fixture.batch, fixture.target, locations);
            bytes = THREADS.getCurrentThreadAllocatedBytes();
            ns = System.nanoTime();
            fixture.fetcher.fetchAll(fixture.batch);
            fetchNs[round] = (System.nanoTime() - ns) / PAGES;
            fetchedBytes[round] = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / PAGES;
            for (int i = 0; i < PAGES; i++) {
                assertThat(fixture.batch.result(i)).isZero();
                fixture.tier.free(locations[i]);
            }
        }

        long leastStored() {
            return Arrays.stream(storedBytes).min().orElseThrow();
        }

        long leastFetched() {
            return Arrays.stream(fetchedBytes).min().orElseThrow();
        }

        private static long median(long[] rounds) {
            long[] later = Arrays.copyOfRange(rounds, ROUNDS / 2, ROUNDS);
            Arrays.sort(later);
            return later[later.length / 2];
        }

        @Override
        public String toString() {
            return "stored in " + median(storeNs) + " ns with " + leastStored() + " bytes of garbage, fetched in "
                    + median(fetchNs) + " ns with " + leastFetched();
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
        try (BackingFiles files = new ExistingFilesOps(IoKind.AUTO).open("test", 1 << 20)) {
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
