// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A second tier over the file of a first one that is not asked any more, as after the death of its manager. */
class AdoptionTest {
    private static final int STORED = 700;

    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"direct=auto", "direct=off", "encrypt=aes-gcm", "direct=off,encrypt=aes-gcm"})
    void whatIsAdoptedIsThereAndTheRestIsFree(String options) throws Exception {
        try (KeptDescriptors kept = new KeptDescriptors();
                Fixture first = new Fixture(directory, options, Fixture.PLENTY, kept)) {
            long[] locations = first.storeAll(0, STORED);
            try (Fixture second = new Fixture(directory, options, Fixture.PLENTY, kept)) {
                assertThat(second.tier.isDirect()).isEqualTo(first.tier.isDirect());
                Set<Long> named = new HashSet<>();
                for (int page = 0; page < STORED; page += 3) {
                    assertThat(second.tier.adopt(page, locations[page])).isTrue();
                    named.add(locations[page]);
                }
                assertThat(second.tier.adopt(1, locations[0]))
                        .as("taken already")
                        .isFalse();
                second.tier.adopted();
                assertThat(second.tier.usage().pages()).isEqualTo(named.size());
                for (int page = 0; page < STORED; page += 3) {
                    assertThat(second.fetch(page, locations[page])).isZero();
                    assertThat(second.target.get(0)).isEqualTo(Pages.random(page));
                }
                for (long location : second.storeAll(5_000, STORED)) {
                    assertThat(named.add(location))
                            .as("slot %d is free", location)
                            .isTrue();
                }
                second.tier.compact(Long.MAX_VALUE / 2);
                named.forEach(second.tier::free);
                second.tier.compact(Long.MAX_VALUE / 2);
                assertThat(second.spill.charged()).isZero();
            }
        }
    }

    @Test
    void nothingIsAdoptedWhereNothingWasLeft() {
        try (Fixture tier = new Fixture(directory, "", Fixture.PLENTY)) {
            assertThat(tier.tier.adopt(1, 1)).isFalse();
        }
    }
}
