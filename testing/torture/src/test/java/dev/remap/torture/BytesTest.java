// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void sizesAreReadWithAndWithoutUnits() {
        assertThat(Bytes.parse("4096")).isEqualTo(4096);
        assertThat(Bytes.parse("64m")).isEqualTo(64L << 20);
        assertThat(Bytes.parse("2G")).isEqualTo(2L << 30);
        assertThatThrownBy(() -> Bytes.parse("many")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> Bytes.parse("9000000000g")).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void sizesAreShownInTheUnitThatSuitsThem() {
        assertThat(Bytes.show(12)).isEqualTo("12 B");
        assertThat(Bytes.show(1536)).isEqualTo("1.5 KiB");
        assertThat(Bytes.show(8L << 20)).isEqualTo("8.0 MiB");
        assertThat(Bytes.show(8L << 40)).isEqualTo("8.0 TiB");
    }
}
