// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads beside everything that moves pages. A page's longs name their page, its version and their place; its version changes only under
 * the page's lock, which readers share, so a read must find exactly that version. Page-outs, loads and eviction take no lock.
 */
class ReadRaceTest {
    private static final long PAGES = 1024;
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long OTHER = 16 * Pages.MIB;
    private static final int SCATTERED = 40;
    private static final int WRITERS = 2;
    private static final int READERS = 4;
    private static final int LONGS = Pages.SIZE / Long.BYTES;
    private static final Duration TIME = Duration.ofSeconds(3);

    private final ReadWriteLock[] locks = new ReadWriteLock[(int) PAGES];
    /** Guarded by the page's lock; negative after a discard. */
    private final long[] versions = new long[(int) PAGES];

    private final AtomicLong reads = new AtomicLong();
    private volatile boolean stopped;

    @ParameterizedTest
    @ValueSource(strings = {"zram", "file"})
    void noReadIsTornOldOrOfAnotherPage(String tier) throws Exception {
        for (int page = 0; page < PAGES; page++) {
            locks[page] = new ReentrantReadWriteLock();
        }
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
                Region region = remap.create(
                        "raced", RegionSpec.ofSize(PAGES * Pages.SIZE).tiers(tier));
                Region other = remap.create("other", RegionSpec.ofSize(OTHER))) {
            run(region, other);
            region.verify(0, region.size());
        }
        assertThat(reads).hasPositiveValue();
    }

    private void run(Region region, Region other) throws Exception {
        try (ExecutorService platform = Executors.newCachedThreadPool();
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                all.add(repeat(platform, i, random -> write(region, random)));
            }
            all.add(repeat(platform, 10, random -> move(region, random)));
            all.add(repeat(platform, 11, random -> Pages.stamp(other.segment(), random.nextInt(4000), 32)));
            for (int i = 0; i < READERS; i++) {
                all.add(repeat(platform, 20 + i, random -> read(region, random)));
                all.add(repeat(virtual, 30 + i, random -> read(region, random)));
            }
            try {
                Thread.sleep(TIME);
            } finally {
                stopped = true;
            }
            awaitAll(all);
        }
    }

    private interface Step {
        void run(SplittableRandom random) throws IOException;
    }

    private Future<Boolean> repeat(ExecutorService executor, long seed, Step step) {
        Callable<Boolean> body = () -> {
            SplittableRandom random = new SplittableRandom(seed);
            while (!stopped) {
                step.run(random);
            }
            return true;
        };
        return executor.submit(body);
    }

    private static void awaitAll(List<Future<Boolean>> all) throws InterruptedException, ExecutionException {
        for (Future<Boolean> one : all) {
            assertThat(one.get()).isTrue();
        }
    }

    private void write(Region region, SplittableRandom random) throws IOException {
        int page = random.nextInt((int) PAGES);
        locks[page].writeLock().lock();
        try {
            long version = Math.abs(versions[page]) + 1;
            if (random.nextInt(8) == 0) {
                region.discard((long) page * Pages.SIZE, Pages.SIZE);
                versions[page] = -version;
            } else {
                for (int i = 0; i < LONGS; i++) {
                    region.segment().set(JAVA_LONG, (long) page * Pages.SIZE + i * 8L, value(page, version, i));
                }
                versions[page] = version;
            }
        } finally {
            locks[page].writeLock().unlock();
        }
    }

    /** Every fourth version is one value all over, which is kept in the page's word. */
    private static long value(long page, long version, int i) {
        return page << 44 | version << 12 | (version % 4 == 0 ? 0xfff : i);
    }

    private static void move(Region region, SplittableRandom random) throws IOException {
        long first = random.nextLong(PAGES - 64) * Pages.SIZE;
        if (random.nextBoolean()) {
            region.pageOut(first, 64L * Pages.SIZE);
        } else {
            region.load(first, 16L * Pages.SIZE, Duration.ofSeconds(60));
        }
    }

    private void read(Region region, SplittableRandom random) throws IOException {
        int count = random.nextBoolean() ? 1 : 1 + random.nextInt(SCATTERED);
        int[] pages = random.ints(count, 0, (int) PAGES).sorted().distinct().toArray();
        for (int page : pages) {
            locks[page].readLock().lock();
        }
        try {
            readAndCheck(region, pages);
        } finally {
            for (int page : pages) {
                locks[page].readLock().unlock();
            }
        }
        reads.incrementAndGet();
    }

    private void readAndCheck(Region region, int[] pages) throws IOException {
        MemorySegment target = MemorySegment.ofArray(new long[pages.length * LONGS]);
        long[] offsets = new long[pages.length];
        for (int k = 0; k < pages.length; k++) {
            offsets[k] = (long) pages[k] * Pages.SIZE;
        }
        if (offsets.length == 1) {
            region.read(offsets[0], target);
        } else {
            region.read(offsets, offsets.length, Pages.SIZE, target);
        }
        for (int k = 0; k < pages.length; k++) {
            check(pages[k], target.asSlice((long) k * Pages.SIZE, Pages.SIZE));
        }
    }

    private void check(int page, MemorySegment got) {
        long version = versions[page];
        for (int i = 0; i < LONGS; i++) {
            long expected = version > 0 ? value(page, version, i) : 0;
            long is = got.get(JAVA_LONG, i * 8L);
            if (is != expected) {
                throw new AssertionError(
                        String.format("page %d version %d, long %d: %#x for %#x", page, version, i, is, expected));
            }
        }
    }
}
