// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class PageLinksTest {
    private static final int PAGES = 1000;

    private final MemorySegment memory = Arena.ofAuto().allocate((long) PAGES * ReferencePages.PAGE, Long.BYTES);
    private final int[] table = AccessPattern.CHASE.table(PAGES, new AccessPattern.Lane(0, 1), 3 * PAGES);

    private int next(int page) {
        return PageLinks.next(page, memory.get(ValueLayout.JAVA_LONG, (long) page * ReferencePages.PAGE));
    }

    @Test
    void aChaseGoesThroughEveryPageAndComesBackInTheOrderOfTheTable() {
        PageLinks.write(memory, table);
        var seen = new BitSet();
        int page = table[0];
        for (int i = 1; i <= 2 * PAGES; i++) {
            page = next(page);
            assertThat(page).isEqualTo(table[i]);
            seen.set(page);
        }
        assertThat(seen.cardinality()).isEqualTo(PAGES);
    }

    @Test
    void anotherPagesLinkIsRefused() {
        long link = PageLinks.link(7, 3);
        assertThat(PageLinks.next(7, link)).isEqualTo(3);
        assertThatThrownBy(() -> PageLinks.next(8, link)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> PageLinks.next(7, 0)).isInstanceOf(IllegalStateException.class);
    }
}
