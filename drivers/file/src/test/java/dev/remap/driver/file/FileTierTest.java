// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.PageBatch;
import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierUsage;
import dev.remap.linux.FileIo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class FileTierTest {
    private static final long NO_END = Long.MAX_VALUE / 2;
    private static final long NOT_MAPPED = Pages.BYTES;

    @TempDir
    private Path directory = Path.of("");

    private Fixture open(String options) {
        return new Fixture(directory, options, Fixture.PLENTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io=uring", "io=aio", "io=plain", "io=uring,direct=off", "io=aio,direct=off"})
    void aBatchComesBackAsABatchAndPageByPage(String options) {
        try (Fixture fixture = open(options)) {
            long[] locations = fixture.storeAll(1000, 700);
            fixture.expectAll(1000, locations);
            for (int i = 0; i < locations.length; i += 37) {
                assertThat(fixture.fetch(1000 + i, locations[i])).isZero();
                assertThat(fixture.target.get(0)).isEqualTo(Pages.random(1000 + i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"io=uring", "io=aio", "io=plain"})
    void scatteredPagesComeBackInAnyOrder(String options) {
        try (Fixture fixture = open(options)) {
            long[] locations = new long[600];
            for (int page = 0; page < locations.length; page++) {
                locations[page] = fixture.store(page);
            }
            fixture.batch.clear();
            for (int i = 0; i < 200; i++) {
                int page = i * 7919 % 600;
                fixture.batch.add(page, locations[page], fixture.target.address(i));
            }
            fixture.fetcher.fetchAll(fixture.batch);
            for (int i = 0; i < 200; i++) {
                assertThat(fixture.batch.result(i)).isZero();
                assertThat(fixture.target.get(i)).isEqualTo(Pages.random(i * 7919 % 600));
            }
        }
    }

    @Test
    void neighboursInTheRegionAreNeighboursOnDisk() {
        try (Fixture fixture = open("")) {
            fixture.batch.clear();
            for (int i = 63; i >= 0; i--) {
                fixture.source.put(i, i);
                fixture.batch.add(i, 0, fixture.source.address(i));
            }
            fixture.tier.storeAll(fixture.batch);
            for (int i = 1; i < 64; i++) {
                assertThat(fixture.batch.result(i)).isEqualTo(fixture.batch.result(i - 1) - 1);
            }
        }
    }

    @Test
    void randomLifeAgreesWithItsModel() {
        long seed = System.nanoTime();
        System.out.println("FileTierTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Fixture fixture = open("")) {
            Map<Long, Long> stored = new HashMap<>();
            for (int step = 0; step < 400; step++) {
                long first = random.nextInt(2000);
                int pages = 1 + random.nextInt(80);
                for (long page = first; page < first + pages; page++) {
                    Long old = stored.remove(page);
                    if (old != null) {
                        fixture.tier.free(old);
                    }
                }
                if (random.nextBoolean()) {
                    long[] locations = fixture.storeAll(first, pages);
                    fixture.expectAll(first, locations);
                    for (int i = 0; i < pages; i++) {
                        stored.put(first + i, locations[i]);
                    }
                }
                if (random.nextInt(10) == 0) {
                    fixture.tier.compact(NO_END);
                }
                assertThat(fixture.tier.usage().pages()).isEqualTo(stored.size());
            }
            stored.forEach((page, location) -> {
                assertThat(fixture.fetch(page, location)).isZero();
                assertThat(fixture.target.get(0)).isEqualTo(Pages.random(page));
            });
        }
    }

    @Test
    void aSlotThatWasChangedOnDiskIsFoundOut() {
        try (Fixture fixture = open("")) {
            long[] locations = fixture.storeAll(0, 64);
            int behind = (int) FileIo.reopen(fixture.tier.fd(), FileIo.O_RDWR);
            fixture.source.put(0, 5);
            byte[] flipped = Pages.random(5);
            flipped[1234] ^= 0x10;
            fixture.source.put(1, flipped);
            FileIo.pwrite(behind, fixture.source.address(1), Pages.BYTES, locations[5] * Pages.BYTES);
            assertThat(fixture.fetch(5, locations[5])).isEqualTo(Tier.CORRUPT);
            fixture.batch.clear();
            for (int i = 0; i < 64; i++) {
                fixture.batch.add(i, locations[i], fixture.target.address(i));
            }
            fixture.fetcher.fetchAll(fixture.batch);
            for (int i = 0; i < 64; i++) {
                assertThat(fixture.batch.result(i)).isEqualTo(i == 5 ? Tier.CORRUPT : 0);
            }
            FileIo.pwrite(behind, fixture.source.address(0), Pages.BYTES, locations[5] * Pages.BYTES);
            assertThat(fixture.fetch(5, locations[5])).isZero();
            FileIo.close(behind);
        }
    }

    @Test
    void theSlotOfAnotherPageAndSlotsThatAreNotThereAreFoundOut() {
        try (Fixture fixture = open("")) {
            long one = fixture.store(1);
            assertThat(fixture.fetch(2, one)).isEqualTo(Tier.CORRUPT);
            for (long location : new long[] {-1, Long.MIN_VALUE, 77, Tier.LOCATION_LIMIT, Long.MAX_VALUE}) {
                assertThat(fixture.fetch(1, location)).isEqualTo(Tier.CORRUPT);
                fixture.batch.clear();
                fixture.batch.add(1, location, fixture.target.address(0));
                fixture.batch.add(1, one, fixture.target.address(1));
                fixture.fetcher.fetchAll(fixture.batch);
                assertThat(fixture.batch.result(0)).isEqualTo(Tier.CORRUPT);
                assertThat(fixture.batch.result(1)).isZero();
            }
        }
    }

    /** Memory that is not there stands for a device that fails: the kernel cannot carry out the read. */
    @ParameterizedTest
    @ValueSource(strings = {"io=uring", "io=aio", "io=plain", "direct=off"})
    void aReadThatFailsFailsForItsPageOnly(String options) {
        try (Fixture fixture = open(options)) {
            long[] locations = fixture.storeAll(0, 64);
            fixture.batch.clear();
            for (int i = 0; i < 64; i++) {
                fixture.batch.add(i, locations[i], i == 9 ? NOT_MAPPED : fixture.target.address(i));
            }
            fixture.fetcher.fetchAll(fixture.batch);
            for (int i = 0; i < 64; i++) {
                assertThat(fixture.batch.result(i)).as("page %d", i).isEqualTo(i == 9 ? Tier.IO_ERROR : 0);
            }
            assertThat(fixture.fetcher.fetch(3, locations[3], NOT_MAPPED)).isEqualTo(Tier.IO_ERROR);
            fixture.expectAll(0, locations);
        }
    }

    @Test
    void aRegionOfEightTebibytesOpensAtOnce() throws Exception {
        CountingAccount spill = new CountingAccount(Fixture.PLENTY);
        open("").close(); // loads classes
        TierContext context = new TierContext(
                "large", 1L << 31, "", spill, (page, from, to) -> false, directory, spill, KeptDescriptors.NONE);
        long beforeNs = System.nanoTime();
        try (Tier tier = new FileDriver().openTier(context)) {
            assertThat(System.nanoTime() - beforeNs).isLessThan(200_000_000);
            Pages memory = new Pages(2);
            memory.put(0, 7);
            long last = (1L << 31) - 1;
            long location = tier.store(last, memory.address(0));
            assertThat(tier.newFetcher().fetch(last, location, memory.address(1)))
                    .isZero();
            assertThat(memory.get(1)).isEqualTo(Pages.random(7));
        }
    }

    @Test
    void theSpillAccountLimitsWhatIsOnDisk() {
        try (Fixture fixture = new Fixture(directory, "", 100)) {
            long[] locations = fixture.storeAll(0, 130);
            assertThat(Arrays.stream(locations).filter(location -> location >= 0))
                    .hasSize(100);
            assertThat(Arrays.stream(locations).filter(location -> location < 0))
                    .containsOnly(Tier.NO_CAPACITY);
            assertThat(fixture.store(500)).isEqualTo(Tier.NO_CAPACITY);
            assertThat(fixture.spill.charged()).isEqualTo(100);
            assertThat(fixture.tier.usage().refused()).isEqualTo(31);
            fixture.tier.free(locations[50]);
            long again = fixture.store(500);
            assertThat(again).as("what is charged still is used again").isEqualTo(locations[50]);
            assertThat(fixture.allocatedBytes()).isLessThanOrEqualTo(100 * Pages.BYTES + CountingAccount.EXTENTS_BYTES);
        }
    }

    @Test
    void theOwnLimitHoldsToo() {
        try (Fixture fixture = open("max=40K")) {
            assertThat(Arrays.stream(fixture.storeAll(0, 16)).filter(location -> location >= 0))
                    .hasSize(10);
            assertThat(fixture.tier.usage().occupiedBytes()).isEqualTo(40 << 10);
        }
    }

    @Test
    void freedSlotsGiveTheirDiskBackAndAreUnchargedAfterwards() {
        try (Fixture fixture = open("")) {
            long[] locations = fixture.storeAll(0, 1024);
            assertThat(fixture.spill.charged()).isEqualTo(1024);
            long before = fixture.allocatedBytes();
            if (fixture.tier.isDirect()) {
                assertThat(before).isGreaterThanOrEqualTo(1024 * Pages.BYTES);
            }
            for (int i = 0; i < 512; i++) {
                fixture.tier.free(locations[i]);
            }
            assertThat(fixture.spill.charged()).isEqualTo(1024);
            assertThat(fixture.tier.compact(NO_END)).isEqualTo(512 * Pages.BYTES);
            assertThat(fixture.spill.charged()).isEqualTo(512);
            assertThat(fixture.allocatedBytes()).isLessThanOrEqualTo(512 * Pages.BYTES + CountingAccount.EXTENTS_BYTES);
            fixture.expectAll(512, Arrays.copyOfRange(locations, 512, 1024));
            for (int i = 512; i < 1024; i++) {
                fixture.tier.free(locations[i]);
            }
            fixture.tier.compact(NO_END);
            assertThat(fixture.spill.charged()).isZero();
            assertThat(fixture.allocatedBytes()).isLessThanOrEqualTo(CountingAccount.EXTENTS_BYTES);
            assertThat(fixture.tier.usage()).isEqualTo(new TierUsage(0, 0, 0, 0, 0));
        }
    }

    @Test
    void singleFreeSlotsArePunchedOnlyWhenTheyAreMany() {
        try (Fixture fixture = open("")) {
            long[] locations = fixture.storeAll(0, 512);
            for (int i = 0; i < 512; i += 16) {
                fixture.tier.free(locations[i]);
            }
            assertThat(fixture.tier.compact(NO_END)).isZero();
            for (int i = 1; i < 512; i += 2) {
                fixture.tier.free(locations[i]);
            }
            assertThat(fixture.tier.compact(NO_END)).isEqualTo((32 + 256) * Pages.BYTES);
        }
    }

    @Test
    void compactionKeepsToItsBudget() {
        try (Fixture fixture = open("")) {
            Arrays.stream(fixture.storeAll(0, 1024)).forEach(fixture.tier::free);
            assertThat(fixture.tier.compact(0)).isZero();
            assertThat(fixture.tier.compact(NO_END)).isEqualTo(1024 * Pages.BYTES);
        }
    }

    @Test
    void aClosedTierAnswersErrorsAndIsClosedOnce() {
        Fixture fixture = open("");
        long location = fixture.store(1);
        fixture.close();
        fixture.close();
        assertThat(fixture.fetch(1, location)).isEqualTo(Tier.IO_ERROR);
        fixture.batch.clear();
        fixture.batch.add(1, location, fixture.target.address(0));
        fixture.fetcher.fetchAll(fixture.batch);
        assertThat(fixture.batch.result(0)).isEqualTo(Tier.IO_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"io=uring", "io=aio", "io=uring,direct=off"})
    void fetchersWorkBesideStoresAndPunches(String options) {
        int shared = 256;
        try (Fixture fixture = open(options)) {
            AtomicLongArray published = new AtomicLongArray(fixture.storeAll(0, shared));
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger rounds = new AtomicInteger();
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                threads.add(CompletableFuture.runAsync(() -> fetchUntil(fixture, published, done, rounds)));
            }
            for (int round = 0; round < 60 || rounds.get() < 10; round++) {
                long[] locations = fixture.storeAll(5000 + round, 200);
                fixture.expectAll(5000 + round, locations);
                Arrays.stream(locations).forEach(fixture.tier::free);
                fixture.tier.compact(1_000_000);
            }
            done.set(true);
            threads.forEach(CompletableFuture::join);
        }
    }

    private static void fetchUntil(
            Fixture fixture, AtomicLongArray published, AtomicBoolean done, AtomicInteger rounds) {
        Tier.Fetcher fetcher = fixture.tier.newFetcher();
        Pages target = new Pages(published.length());
        PageBatch batch = new PageBatch(published.length());
        while (!done.get()) {
            batch.clear();
            for (int i = 0; i < published.length(); i++) {
                batch.add(i, published.get(i), target.address(i));
            }
            fetcher.fetchAll(batch);
            for (int i = 0; i < published.length(); i++) {
                assertThat(batch.result(i)).isZero();
            }
            assertThat(target.get(77)).isEqualTo(Pages.random(77));
            rounds.incrementAndGet();
        }
    }
}
