// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    private final ByteSize size = new ByteSize();

    @Test
    void sizesAreInMebibytesOrGibibytes() {
        assertThat(size.convert("512M")).isEqualTo(512L << 20);
        assertThat(size.convert("2g")).isEqualTo(2L << 30);
    }

    @Test
    void aBareNumberIsRefused() {
        assertThatThrownBy(() -> size.convert("512"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("512M");
    }

    @Test
    void wordsAreInTheLargestUnitThatFits() {
        assertThat(ByteSize.words(4 << 10)).isEqualTo("4 KiB");
        assertThat(ByteSize.words(2 << 20)).isEqualTo("2 MiB");
        assertThat(ByteSize.words(1536L << 20)).isEqualTo("1536 MiB");
        assertThat(ByteSize.words(1L << 40)).isEqualTo("1 TiB");
        assertThat(ByteSize.words(new ByteSize().convert("8T"))).isEqualTo("8 TiB");
    }
}
