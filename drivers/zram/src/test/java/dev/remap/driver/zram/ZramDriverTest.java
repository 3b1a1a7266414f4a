// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.driver.Driver;
import dev.remap.driver.TierContext;
import dev.remap.driver.TierFacts;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZramDriverTest {
    @Test
    void isFoundByTheServiceLoaderAndHasADeviceEverywhere() {
        assertThat(ServiceLoader.load(Driver.class)).hasExactlyElementsOfTypes(ZramDriver.class);
        assertThat(new ZramDriver().name()).isEqualTo("zram");
        assertThat(new ZramDriver().devices()).containsExactly("zram0");
    }

    @Test
    void saysThatItUsesDramAndSurvivesTheManagerOnly() {
        TierFacts facts = new ZramDriver().facts();
        assertThat(facts.usesDram()).isTrue();
        assertThat(facts.survivesManager()).isTrue();
        assertThat(facts.durable()).isFalse();
        assertThat(facts.fetchLatencyNs()).isBetween(1_000L, 10_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lz4", "zstd", "zstd-1", "zstd-3", "zstd-19"})
    void understandsItsOptions(String options) {
        try (Fixture fixture = new Fixture(options, Fixture.PLENTY)) {
            assertThat(fixture.tier.usage().pages()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "lz4-3", "zstd-0", "zstd-20", "zstd-", "ZSTD", " "})
    void refusesOtherOptionsAndListsWhatItUnderstands(String options) {
        TierContext context =
                Fixture.context("r", 1, options, new WatchedAccount(Fixture.PLENTY), (page, from, to) -> false);
        assertThatThrownBy(() -> new ZramDriver().openTier(context).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + options + "\"")
                .hasMessageContaining("lz4")
                .hasMessageContaining("zstd-1 to zstd-19");
    }

    @Test
    void takesRegionNamesThatAreLongerThanNamesOfMemfds() throws Exception {
        TierContext context =
                Fixture.context("€".repeat(300), 1, "", new WatchedAccount(Fixture.PLENTY), (page, from, to) -> false);
        new ZramDriver().openTier(context).close();
    }
}
