// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    private final TextTable table = new TextTable(1, "fault", "p50");

    @Test
    void wordsAreFlushLeftAndFiguresFlushRight() {
        table.row("MINOR", "9.1 us");
        table.row("ZERO_FILL", "12.1 us");
        assertThat(table.lines()).containsExactly("fault          p50", "MINOR       9.1 us", "ZERO_FILL  12.1 us");
    }

    @Test
    void emptyCellsLeaveNothingAtTheEnd() {
        table.row("x", "");
        assertThat(table.lines()).containsExactly("fault  p50", "x");
    }

    @Test
    void aRowHasAsManyCellsAsThereAreHeadings() {
        assertThatThrownBy(() -> table.row("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timesHaveAUnitThatSuitsThem() {
        assertThat(Unit.text(85.25)).isEqualTo("85.3 ns");
        assertThat(Unit.text(23_193)).isEqualTo("23.2 us");
        assertThat(Unit.text(115_024)).isEqualTo("115 us");
        assertThat(Unit.text(2_500_000)).isEqualTo("2.5 ms");
    }
}
