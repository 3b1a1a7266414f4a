// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TiersTest {
    @Test
    void listIsDividedByCommas() {
        Tiers tiers = Tiers.parse("zram:zstd, file");

        assertThat(tiers.specs()).containsExactly("zram:zstd", "file");
        assertThat(tiers.compresses()).isTrue();
        assertThat(tiers.spills()).isTrue();
        assertThat(tiers).hasToString("zram:zstd,file");
    }

    @Test
    void commaBeforeASettingBelongsToTheDriversOptions() {
        assertThat(Tiers.parse("zram,file:direct=off,max=1G").specs())
                .containsExactly("zram", "file:direct=off,max=1G");
    }

    @Test
    void whatIsNotATierIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tiers.parse("zram,tape"))
                .withMessageContaining("'tape'");
    }
}
