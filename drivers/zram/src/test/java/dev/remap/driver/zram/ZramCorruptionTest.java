// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZramCorruptionTest {
    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void anyFlippedBitOfASlotIsFound(String codec) {
        try (Fixture fixture = new Fixture(codec, Fixture.PLENTY)) {
            long location = fixture.stored(12_345, Pages.text());
            int bytes = (int) fixture.tier.usage().storedBytes() + ZramSlotLayout.HEADER_BYTES;
            for (int i = 0; i < bytes; i++) {
                for (int bit = 1; bit <= 0x80; bit <<= 1) {
                    SlotDamage.flip(fixture, location, i, bit);
                    assertThat(fixture.fetch(12_345, location)).as("byte %d", i).isEqualTo(Tier.CORRUPT);
                    SlotDamage.flip(fixture, location, i, bit);
                }
            }
            assertThat(fixture.fetch(12_345, location)).isZero();
            assertThat(fixture.fetched()).isEqualTo(Pages.text());
            fixture.account.check();
        }
    }

    @Test
    void aSlotOfAnotherPageIsFound() {
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            long one = fixture.stored(1, Pages.json(1));
            long two = fixture.stored(2, Pages.json(1));
            assertThat(fixture.fetch(2, one)).isEqualTo(Tier.CORRUPT);
            SlotDamage.overwrite(fixture, one, two, 256);
            assertThat(fixture.fetch(2, two)).isEqualTo(Tier.CORRUPT);
        }
    }

    @Test
    void aLengthThatReachesBeyondTheSlotTouchesNoFurtherPage() {
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            long location = fixture.stored(1, Pages.zeros());
            for (int bits = 1; bits < 0x100; bits++) {
                SlotDamage.flip(fixture, location, ZramSlotLayout.OWNER_OFFSET + 2, bits);
                assertThat(fixture.fetch(1, location)).isEqualTo(Tier.CORRUPT);
                fixture.account.check();
                SlotDamage.flip(fixture, location, ZramSlotLayout.OWNER_OFFSET + 2, bits);
            }
        }
    }

    @Test
    void locationsOutsideThePoolAreCorruptAndDoNotCrash() {
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            for (long location : new long[] {-1, Long.MIN_VALUE, Tier.LOCATION_LIMIT - 1, Long.MAX_VALUE, 1L << 59}) {
                assertThat(fixture.fetch(1, location)).isEqualTo(Tier.CORRUPT);
            }
        }
    }

    @Test
    void freeingACorruptSlotStillGivesItsMemoryBack() {
        try (Fixture fixture = new Fixture("lz4", Fixture.PLENTY)) {
            long location = fixture.stored(1, Pages.json(1));
            SlotDamage.flip(fixture, location, ZramSlotLayout.OWNER_OFFSET + 2);
            fixture.tier.free(location);
            assertThat(fixture.account.charged()).isZero();
            assertThat(fixture.tier.usage().storedBytes()).isNotNegative();
        }
    }
}
