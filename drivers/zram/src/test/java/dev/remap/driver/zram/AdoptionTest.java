// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import dev.remap.driver.TierContext;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second tier over the pool of a first one that is not asked any more, as after the death of its manager. */
class AdoptionTest {
    private static final int PAGES = 4000;

    private final KeptDescriptors kept = new KeptDescriptors();
    private final WatchedAccount account = new WatchedAccount(Fixture.PLENTY);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment page = arena.allocate(Pages.BYTES, Pages.BYTES);
    private final SplittableRandom random = new SplittableRandom(5);

    @AfterEach
    void close() {
        kept.close();
        arena.close();
    }

    private ZramTier open(WatchedAccount budget) throws IOException {
        return (ZramTier) new ZramDriver()
                .openTier(new TierContext(
                        "test", 1 << 16, "", budget, (p, from, to) -> false, Path.of("nowhere"), budget, kept));
    }

    /** Compresses to anything between a few bytes and most of a page. */
    private static byte[] content(long number) {
        byte[] bytes = new byte[Pages.BYTES];
        SplittableRandom own = new SplittableRandom(number);
        byte[] noise = new byte[16 + own.nextInt(3000)];
        own.nextBytes(noise);
        System.arraycopy(noise, 0, bytes, 0, noise.length);
        return bytes;
    }

    private long store(ZramTier tier, long number) {
        MemorySegment.copy(content(number), 0, page, ValueLayout.JAVA_BYTE, 0, Pages.BYTES);
        long location = tier.store(number, page.address());
        assertThat(location).isNotNegative();
        return location;
    }

    @Test
    void whatIsAdoptedIsThereAndTheRestIsFree() throws IOException {
        ZramTier first = open(new WatchedAccount(Fixture.PLENTY));
        Map<Long, Long> named = new LinkedHashMap<>();
        for (long number = 0; number < PAGES; number++) {
            named.put(number, store(first, number));
        }
        named.keySet().removeIf(number -> random.nextInt(3) == 0);

        ZramTier second = open(account);
        named.forEach(
                (number, location) -> assertThat(second.adopt(number, location)).isTrue());
        assertThat(second.adopt(9, named.values().iterator().next()))
                .as("taken already")
                .isFalse();
        second.adopted();
        account.watch(second);
        account.check();
        assertThat(second.usage().pages()).isEqualTo(named.size());
        for (long number = PAGES; number < 2 * PAGES; number++) {
            named.put(number, store(second, number));
        }
        try (Arena target = Arena.ofConfined()) {
            MemorySegment bytes = target.allocate(Pages.BYTES, Pages.BYTES);
            Tier.Fetcher fetcher = second.newFetcher();
            named.forEach((number, location) -> {
                assertThat(fetcher.fetch(number, location, bytes.address())).isZero();
                assertThat(bytes.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content(number));
            });
        }
        named.values().forEach(second::free);
        assertThat(account.charged()).isZero();
        account.stopWatching();
        second.close();
        first.close();
    }

    @Test
    void aLocationThatCannotBeOneIsRefused() throws IOException {
        ZramTier first = open(new WatchedAccount(Fixture.PLENTY));
        long location = store(first, 1);
        assertThat(first.adopt(1, location)).as("it was never left").isFalse();
        ZramTier second = open(account);
        for (long wrong : new long[] {-1, location + 1, Tier.LOCATION_LIMIT - 1, Long.MAX_VALUE}) {
            assertThat(second.adopt(1, wrong)).as("%d", wrong).isFalse();
        }
        assertThat(second.adopt(1, location)).isTrue();
        second.close();
        first.close();
    }
}
