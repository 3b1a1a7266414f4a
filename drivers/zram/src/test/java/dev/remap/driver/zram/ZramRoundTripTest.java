// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.driver.Tier;
import dev.remap.driver.TierUsage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZramRoundTripTest {
    private static final long LAST_PAGE = (1L << 40) - 1;

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd", "zstd-3"})
    void givesBackWhatWasStored(String codec) {
        try (Fixture fixture = new Fixture(codec, Fixture.PLENTY)) {
            for (byte[] content : List.of(Pages.zeros(), Pages.text(), Pages.json(1), Pages.mixed(2))) {
                for (long page : new long[] {0, 1, LAST_PAGE}) {
                    long location = fixture.stored(page, content);
                    assertThat(fixture.fetch(page, location)).isZero();
                    assertThat(fixture.fetched()).isEqualTo(content);
                    assertThat(fixture.fetch(page, location))
                            .as("fetched twice")
                            .isZero();
                }
            }
            fixture.account.check();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void keepsManyPagesApart(String codec) {
        int pages = 2_000;
        try (Fixture fixture = new Fixture(codec, Fixture.PLENTY)) {
            long[] locations = new long[pages];
            for (int page = 0; page < pages; page++) {
                locations[page] = fixture.stored(page, Pages.mixed(page));
            }
            for (int page = 0; page < pages; page++) {
                assertThat(fixture.fetch(page, locations[page])).isZero();
                assertThat(fixture.fetched()).isEqualTo(Pages.mixed(page));
            }
            assertThat(Arrays.stream(locations).distinct()).hasSize(pages);
            assertThat(fixture.tier.usage().pages()).isEqualTo(pages);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void refusesWhatDoesNotGetSmallerAndChargesNothingForIt(String codec) {
        try (Fixture fixture = new Fixture(codec, Fixture.PLENTY)) {
            assertThat(fixture.store(7, Pages.random(1))).isEqualTo(Tier.INCOMPRESSIBLE);
            assertThat(fixture.account.charged()).isZero();
            assertThat(fixture.tier.usage()).isEqualTo(new TierUsage(0, 0, 0, 1, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void storesPagesUpToFourFifthsAndNoLarger(String codec) {
        try (Fixture fixture = new Fixture(codec, Fixture.PLENTY)) {
            for (int noise = 2_400; noise < Pages.BYTES; noise += 16) {
                byte[] content = Arrays.copyOf(Arrays.copyOf(Pages.random(noise), noise), Pages.BYTES);
                long before = fixture.tier.usage().storedBytes();
                long location = fixture.store(noise, content);
                long stored = fixture.tier.usage().storedBytes() - before;
                assertThat(stored + ZramSlotLayout.HEADER_BYTES).isLessThanOrEqualTo(3264);
                if (location < 0) {
                    assertThat(noise).isGreaterThan(3_000);
                    continue;
                }
                assertThat(fixture.fetch(noise, location)).isZero();
                assertThat(fixture.fetched()).isEqualTo(content);
            }
        }
    }
}
