// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierUsage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Random stores, frees and compactions against a model, while another thread fetches. The model stands in for the core. */
class ZramChurnTest {
    private static final int PAGES = 24_000;
    private static final int TEMPLATES = 1_024;
    private static final int STEPS = 72_000;
    private static final int STEPS_BETWEEN_COMPACTIONS = 500;
    private static final long COMPACT_NS = 50_000_000;
    private static final double MAX_OVERHEAD = 0.10;

    private static final long ABSENT = -1;
    private static final long FETCHING = 1L << 60;

    private final long seed = Long.getLong("remap.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final byte[][] templates = new byte[TEMPLATES][];

    /** By page: its location, with FETCHING while it is being fetched; stands for the page word. */
    private final AtomicLongArray words = new AtomicLongArray(PAGES);

    /** By page: which content it has; written before the word. */
    private final AtomicLongArray contents = new AtomicLongArray(PAGES);

    private final AtomicReference<Throwable> fetcherFailure = new AtomicReference<>();
    private final WatchedAccount account = new WatchedAccount(Fixture.PLENTY);
    private volatile boolean stopping;
    private long fetches;
    private long relocationsRefused;

    @Test
    void keepsEveryPageAndAtMostTenPercentOverhead() throws Exception {
        System.out.println("ZramChurnTest: -Dremap.seed=" + seed);
        prepare();
        TierContext context = Fixture.context("churn", PAGES, "lz4", account, this::relocate);
        try (Arena arena = Arena.ofShared();
                ZramTier tier = (ZramTier) new ZramDriver().openTier(context)) {
            account.watch(tier);
            Thread fetcher = startFetcher(tier, arena.allocate(Pages.BYTES, Pages.BYTES));
            double overhead;
            try {
                overhead = churn(tier, arena.allocate(Pages.BYTES, Pages.BYTES));
            } finally {
                stopping = true; // before the pool is unmapped
                fetcher.join();
            }
            TierUsage usage = tier.usage();
            System.out.printf(
                    "ZramChurnTest: highest overhead %.1f %%; %s; fetched %d, relocations refused %d%n",
                    overhead * 100, usage, fetches, relocationsRefused);
            assertThat(fetcherFailure.get()).isNull();
            assertThat(overhead).isLessThanOrEqualTo(MAX_OVERHEAD);
            assertThat(fetches).isPositive();
            assertThat(relocationsRefused).isPositive();
            assertThat(usage.moved()).isPositive();
            account.stopWatching();
        }
        assertThat(account.charged()).isZero();
    }

    private void prepare() {
        for (int i = 0; i < TEMPLATES; i++) {
            templates[i] = Pages.mixed(random.nextLong());
        }
        for (int page = 0; page < PAGES; page++) {
            words.set(page, ABSENT);
        }
    }

    /** Returns the highest overhead seen after a compaction once the tier was full. */
    private double churn(ZramTier tier, MemorySegment source) {
        double highest = 0;
        for (int step = 0; step < STEPS; step++) {
            // The population breathes: it grows to nearly all pages and shrinks to half of them.
            boolean growing = (step / (PAGES / 2) & 1) == 0;
            int page = random.nextInt(PAGES);
            if (words.get(page) != ABSENT && (!growing || random.nextInt(4) == 0)) {
                free(tier, page);
            }
            if (words.get(page) == ABSENT && (growing || random.nextInt(4) == 0)) {
                store(tier, page, source);
            }
            if (step % STEPS_BETWEEN_COMPACTIONS == 0) {
                tier.compact(COMPACT_NS);
                account.check();
                TierUsage usage = tier.usage();
                if (step > PAGES / 2) {
                    highest = Math.max(highest, (double) usage.occupiedBytes() / usage.storedBytes() - 1);
                }
            }
        }
        return highest;
    }

    private void store(ZramTier tier, int page, MemorySegment source) {
        long content = random.nextLong() >>> 1;
        MemorySegment.copy(templates[(int) (content % TEMPLATES)], 0, source, ValueLayout.JAVA_BYTE, 0, Pages.BYTES);
        source.set(ValueLayout.JAVA_LONG, 0, content);
        long location = tier.store(page, source.address());
        assertThat(location).isGreaterThanOrEqualTo(0);
        contents.setPlain(page, content);
        words.setRelease(page, location);
    }

    private void free(ZramTier tier, int page) {
        long location = words.get(page) & ~FETCHING;
        while (!words.compareAndSet(page, location, ABSENT)) {
            Thread.onSpinWait();
        }
        tier.free(location);
    }

    private boolean relocate(long page, long from, long to) {
        if (random.nextInt(20) == 0) {
            relocationsRefused++;
            return false;
        }
        return words.compareAndSet((int) page, from, to);
    }

    private Thread startFetcher(ZramTier tier, MemorySegment target) {
        Tier.Fetcher fetcher = tier.newFetcher();
        return Thread.ofPlatform().start(() -> {
            SplittableRandom own = new SplittableRandom(seed + 1);
            try {
                while (!stopping) {
                    fetchOne(fetcher, own.nextInt(PAGES), target);
                }
            } catch (Throwable t) {
                fetcherFailure.set(t);
            }
        });
    }

    private void fetchOne(Tier.Fetcher fetcher, int page, MemorySegment target) {
        long location = words.getAcquire(page);
        if (location == ABSENT || !words.compareAndSet(page, location, location | FETCHING)) {
            return;
        }
        try {
            assertThat(fetcher.fetch(page, location, target.address())).isZero();
            long content = contents.get(page);
            assertThat(target.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(content);
            MemorySegment expected = MemorySegment.ofArray(templates[(int) (content % TEMPLATES)]);
            assertThat(expected.asSlice(8).mismatch(target.asSlice(8))).isEqualTo(-1);
            fetches++;
        } finally {
            words.set(page, location);
        }
    }
}
