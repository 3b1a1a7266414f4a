// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.Tier;
import dev.remap.linux.FileIo;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZramCapacityTest {
    private static final int SMALL_BUDGET = 40;

    @Test
    void storesUntilTheBudgetIsUsedUpAndThenRefuses() {
        try (Fixture fixture = new Fixture("lz4", SMALL_BUDGET)) {
            Deque<Long> locations = fill(fixture);
            // 40 pages, less 4 in reserve, hold about 1460 bytes 100 times; a few classes begin pages of their own.
            assertThat(locations).hasSizeBetween(70, 101);
            assertThat(fixture.account.charged()).isBetween(SMALL_BUDGET - 1L, (long) SMALL_BUDGET);
            assertThat(fixture.tier.usage().occupiedBytes()).isEqualTo(fixture.account.charged() * Pages.BYTES);
            assertThat(fixture.tier.usage().refused()).isOne();
        }
    }

    @Test
    void leaksNothingWhenChargesFailMidway() {
        try (Fixture fixture = new Fixture("lz4", SMALL_BUDGET)) {
            for (int round = 0; round < 20; round++) {
                Deque<Long> locations = fill(fixture);
                // Every class is refused, also those that would need a new chunk.
                for (int i = 0; i < 200; i++) {
                    long location = fixture.store(0, Pages.mixed(i));
                    if (location >= 0) {
                        locations.add(location);
                    }
                    fixture.account.check();
                }
                locations.forEach(fixture.tier::free);
                assertThat(fixture.account.charged()).isZero();
                assertThat(FileIo.allocatedBytes(fixture.tier.fd())).isLessThanOrEqualTo(WatchedAccount.CLASSES_BYTES);
                assertThat(fixture.tier.usage().pages()).isZero();
                assertThat(fixture.tier.usage().storedBytes()).isZero();
            }
        }
    }

    @Test
    void refusesEverythingWithoutABudget() {
        for (int budget = 0; budget <= PoolCharge.RESERVE_PAGES; budget++) {
            try (Fixture fixture = new Fixture("lz4", budget)) {
                for (int i = 0; i < 100; i++) {
                    assertThat(fixture.store(0, Pages.json(0))).isEqualTo(Tier.NO_CAPACITY);
                }
                assertThat(fixture.account.charged()).isZero();
                fixture.account.setLimit(Fixture.PLENTY);
                assertThat(fixture.store(0, Pages.json(0)))
                        .as("no chunk was leaked")
                        .isZero();
            }
        }
    }

    @Test
    void refusesWhenThePoolIsFull() {
        try (Fixture fixture = new Fixture("lz4", 1, Fixture.PLENTY, (page, from, to) -> false)) {
            byte[] content = Pages.json(3);
            int stored = 0;
            long location = fixture.store(0, content);
            while (location >= 0) {
                stored++;
                assertThat(fixture.fetch(0, location)).isZero();
                location = fixture.store(0, content);
            }
            assertThat(location).isEqualTo(Tier.NO_CAPACITY);
            assertThat(stored).isGreaterThan(SizeClasses.COUNT * 40);
            fixture.account.check();
        }
    }

    @Test
    void storesIntoWhatWasFreedWhenTheBudgetIsUsedUp() {
        try (Fixture fixture = new Fixture("lz4", SMALL_BUDGET)) {
            byte[] content = Pages.json(3);
            long first = fixture.stored(0, content);
            fixture.stored(1, content);
            fixture.account.setLimit(0);
            fixture.tier.free(first);
            assertThat(fixture.store(2, content)).isEqualTo(first);
        }
    }

    @Test
    void chargesEveryPageOfTheFileBeforeItIsTouchedAndUntilItIsPunched() {
        SplittableRandom random = new SplittableRandom(5);
        Deque<Long> locations = new ArrayDeque<>();
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            for (int step = 0; step < 4_000; step++) {
                if (step % 1_000 < 600 || locations.isEmpty()) {
                    locations.add(fixture.stored(step, Pages.mixed(random.nextInt(50))));
                } else {
                    fixture.tier.free(locations.remove());
                }
                fixture.account.check();
            }
        }
    }

    @Test
    void closingGivesEverythingBackAndEndsFetching() {
        Fixture fixture = new Fixture("lz4", Fixture.PLENTY);
        long location = fixture.stored(1, Pages.json(1));
        for (int page = 2; page < 500; page++) {
            fixture.stored(page, Pages.mixed(page));
        }
        assertThat(fixture.account.charged()).isPositive();
        int fd = fixture.tier.fd();
        fixture.account.stopWatching();
        fixture.tier.close();
        assertThat(fixture.account.charged()).isZero();
        assertThat(FileIo.allocatedBytes(fd)).as("descriptor closed").isNegative();
        assertThat(fixture.fetch(1, location)).isEqualTo(Tier.IO_ERROR);
        assertThat(fixture.tier.usage().occupiedBytes()).isZero();
        fixture.close();
    }

    @Test
    void freeingWhatIsNotInUseIsABugThatChangesNothing() {
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            long location = fixture.stored(1, Pages.json(1));
            fixture.stored(2, Pages.json(2));
            for (long wrong : new long[] {location + 1, location + 4096, Tier.LOCATION_LIMIT - 1, -1}) {
                assertThatThrownBy(() -> fixture.tier.free(wrong)).isInstanceOf(IllegalStateException.class);
            }
            fixture.tier.free(location);
            assertThatThrownBy(() -> fixture.tier.free(location))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("location " + location);
            assertThat(fixture.tier.usage().pages()).isOne();
        }
    }

    private static Deque<Long> fill(Fixture fixture) {
        Deque<Long> locations = new ArrayDeque<>();
        long location = fixture.store(0, Pages.json(0));
        for (int page = 1; location >= 0; page++) {
            locations.add(location);
            location = fixture.store(page, Pages.json(page));
        }
        assertThat(location).isEqualTo(Tier.NO_CAPACITY);
        return locations;
    }
}
