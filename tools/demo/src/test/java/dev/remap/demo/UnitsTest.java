// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "2048, 2.0 KiB",
        "134217728, 128.0 MiB",
        "2147483648, '2,048.0 MiB'",
        "21474836480, 20.0 GiB"
    })
    void bytesAreWrittenInPowersOf1024(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"950, 1.0 us", "14200, 14.2 us", "415400, 415 us", "11230000, 11.2 ms"})
    void timesKeepAboutThreeDigits(long ns, String text) {
        assertThat(Units.time(ns)).isEqualTo(text);
    }

    @Test
    void secondsBelowOneHaveMilliseconds() {
        assertThat(Units.seconds(0.2141)).isEqualTo("0.214 s");
        assertThat(Units.seconds(12.34)).isEqualTo("12.3 s");
    }

    @Test
    void rateOfNoTimeIsNotANumber() {
        assertThat(Units.rate(1 << 20, 0)).isEqualTo("-");
        assertThat(Units.rate(10 << 20, 2)).isEqualTo("5 MiB/s");
    }

    @ParameterizedTest
    @CsvSource({
        "134217728, 134217728",
        "128m, 134217728",
        "128M, 134217728",
        "128 MiB, 134217728",
        "128mb, 134217728",
        "1.5g, 1610612736",
        "4k, 4096",
        "0, 0"
    })
    void sizesAreReadAsPeopleTypeThem(String text, long bytes) {
        assertThat(Units.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1m", "12x", "1e9", "99999999999g"})
    void whatIsNotASizeIsRefusedByName(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Units.parseBytes(text))
                .withMessageContaining("'" + text + "'");
    }
}
