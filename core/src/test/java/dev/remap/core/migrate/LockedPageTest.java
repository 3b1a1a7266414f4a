// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.wire.PageWord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What locking a page while it is mapped is for: a demotion that began in between would lose its protection, and then a store. */
class LockedPageTest {
    private static final long PAGE = 4096;

    private final Machine machine = new Machine(64);
    private final Pages pages = new Pages(machine);
    private final ResidentMapper mapper =
            new ResidentMapper(machine.mm, machine.budget, machine.events, machine.failureAction);

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    @Test
    void demotionCannotBeginWhileAPageIsBeingMapped() {
        inactive(4);
        demoteBeforeMapping(4);
        long word = machine.region.table().get(4);
        assertThat(mapper.map(machine.region, 4, word, true, false)).isEqualTo(1);
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.isWritable(4)).isTrue();
    }

    @Test
    void demotionCannotBeginWhileARunIsBeingMapped() {
        inactive(4);
        inactive(5);
        demoteBeforeMapping(5);
        assertThat(mapper.mapRun(machine.region, 4, 2)).isEqualTo(2);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.isWritable(5)).isTrue();
    }

    private void inactive(long page) {
        pages.present(page, 40);
        machine.kernel.zap(machine.address(page), PAGE);
    }

    private void demoteBeforeMapping(long page) {
        machine.kernel.before("map", () -> assertThat(pages.demote(page).kept).containsExactly(page));
    }
}
