// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.linux.FileIo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ZramCompactionTest {
    private static final long LONG_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int PAGES = 3_000;

    /** Few contents, so that there are few classes with many chunks. */
    private static final byte[][] CONTENTS = contents();

    /** Where the model has each page; the relocation answers from it. */
    private final Map<Long, Long> locations = new HashMap<>();

    private boolean refusing;
    private int asked;

    @Test
    void doesNothingWhenThereIsNothingToGain() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            long before = fixture.account.charged();
            assertThat(fixture.tier.compact(LONG_NS)).isZero();
            assertThat(asked).isZero();
            assertThat(fixture.account.charged()).isEqualTo(before);
        }
    }

    @Test
    void givesBackWhatScatteredFreesLeftOpen() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 4);
            long before = fixture.account.charged();
            long given = fixture.tier.compact(LONG_NS);
            assertThat(given).isEqualTo((before - fixture.account.charged()) * Pages.BYTES);
            assertThat(fixture.account.charged()).isLessThan(before / 2);
            assertThat(fixture.tier.usage().moved()).isEqualTo(asked);
            assertThat(fixture.tier.compact(LONG_NS)).as("nothing left to do").isZero();
            checkContents(fixture);
        }
    }

    @Test
    void getsAlongWithItsReserveWhenTheBudgetIsUsedUp() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 4);
            long before = fixture.account.charged();
            fixture.account.setLimit(0);
            long peak = fixture.account.peak();
            assertThat(fixture.tier.compact(LONG_NS)).isGreaterThan(before / 2 * Pages.BYTES);
            assertThat(fixture.account.peak()).isEqualTo(peak);
            checkContents(fixture);
        }
    }

    @Test
    void reachesIntoUntouchedPagesWithItsReserve() {
        try (Fixture fixture = new Fixture("lz4", 1 << 16, Fixture.PLENTY, this::relocate)) {
            // One full chunk, one with only its lower half touched, and one to drain with few slots in all of its
            // pages.
            int slots = storeChunk(fixture, 0);
            storeChunk(fixture, 1_000);
            for (long page = 2_000; page < 2_000 + slots / 2; page++) {
                locations.put(page, fixture.stored(page, content(0)));
            }
            for (long page = 0; page < slots; page++) {
                if (page % 8 != 0) {
                    fixture.tier.free(Objects.requireNonNull(locations.remove(page)));
                }
            }
            long before = fixture.account.charged();
            fixture.account.setLimit(0);
            assertThat(fixture.tier.compact(LONG_NS)).isEqualTo((before - fixture.account.charged()) * Pages.BYTES);
            assertThat(before - fixture.account.charged()).isGreaterThan(10);
            locations.forEach((page, location) ->
                    assertThat(fixture.fetch(page, location)).isZero());
            fixture.account.check();
        }
    }

    @Test
    void afterPunchingWithinAChunkStoresStillFindItsTouchedSlots() {
        try (Fixture fixture = new Fixture("lz4", 1 << 16, Fixture.PLENTY, this::relocate)) {
            int slots = storeChunk(fixture, 0);
            for (long page = 0; page < slots / 2; page++) {
                fixture.tier.free(Objects.requireNonNull(locations.remove(page)));
            }
            long freed = Objects.requireNonNull(locations.remove(slots - 3L));
            fixture.tier.free(freed);
            refusing = true;
            assertThat(fixture.tier.compact(LONG_NS)).as("whole free pages").isPositive();
            fixture.account.setLimit(0);
            assertThat(fixture.store(7, content(0)))
                    .as("not slot 0, which is punched")
                    .isPositive();
            fixture.account.check();
        }
    }

    @Test
    void leavesEverythingInPlaceWhenItIsRefused() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 4);
            Map<Long, Long> before = new HashMap<>(locations);
            refusing = true;
            fixture.tier.compact(LONG_NS);
            assertThat(asked).as("gives up in the end").isBetween(1, 100);
            assertThat(locations).isEqualTo(before);
            checkContents(fixture);
            refusing = false;
            assertThat(fixture.tier.compact(LONG_NS)).isPositive();
            checkContents(fixture);
        }
    }

    @Test
    void stopsWhenItsTimeIsOverAndGoesOnWhenCalledAgain() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 4);
            fixture.tier.compact(1);
            assertThat(asked).isLessThan(10);
            int calls = 0;
            long charged = fixture.account.charged();
            while (fixture.tier.compact(TimeUnit.MICROSECONDS.toNanos(50)) > 0 || calls < 100) {
                calls++;
            }
            assertThat(fixture.account.charged()).isLessThan(charged);
            checkContents(fixture);
        }
    }

    @Test
    void movesNoSlotWhoseOwnerItCannotTell() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 4);
            for (long location : locations.values()) {
                SlotDamage.flip(fixture, location, ZramSlotLayout.OWNER_OFFSET + 3);
            }
            fixture.tier.compact(LONG_NS);
            assertThat(asked).isZero();
        }
    }

    @Test
    void everythingFreedAfterCompactionGivesEverythingBack() {
        try (Fixture fixture = filled(Fixture.PLENTY)) {
            freeAllBut(fixture, 3);
            fixture.tier.compact(LONG_NS);
            locations.values().forEach(fixture.tier::free);
            assertThat(fixture.account.charged()).isZero();
            assertThat(FileIo.allocatedBytes(fixture.tier.fd())).isLessThanOrEqualTo(WatchedAccount.CLASSES_BYTES);
        }
    }

    private Fixture filled(long budget) {
        Fixture fixture = new Fixture("lz4", 1 << 16, budget, this::relocate);
        for (long page = 0; page < PAGES; page++) {
            locations.put(page, fixture.stored(page, content(page)));
        }
        return fixture;
    }

    /** Stores pages of one size until they begin a second chunk, less that one; returns how many. */
    private int storeChunk(Fixture fixture, long firstPage) {
        int slots = 0;
        long location = fixture.stored(firstPage, content(0));
        int chunk = ChunkLayout.chunk(location);
        while (ChunkLayout.chunk(location) == chunk) {
            locations.put(firstPage + slots, location);
            slots++;
            location = fixture.stored(firstPage + slots, content(0));
        }
        fixture.tier.free(location);
        return slots;
    }

    private void freeAllBut(Fixture fixture, int oneIn) {
        for (long page = 0; page < PAGES; page++) {
            if (page % oneIn != 0) {
                fixture.tier.free(Objects.requireNonNull(locations.remove(page)));
            }
        }
    }

    private boolean relocate(long page, long from, long to) {
        asked++;
        return !refusing && locations.replace(page, from, to);
    }

    private void checkContents(Fixture fixture) {
        fixture.account.check();
        locations.forEach((page, location) -> {
            assertThat(fixture.fetch(page, location)).isZero();
            assertThat(fixture.fetched()).isEqualTo(content(page));
        });
    }

    private static byte[] content(long page) {
        return CONTENTS[(int) (page % CONTENTS.length)];
    }

    private static byte[][] contents() {
        byte[][] contents = new byte[12][];
        Arrays.setAll(contents, Pages::mixed);
        return contents;
    }
}
