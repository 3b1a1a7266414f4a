// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.sim.Machine;
import dev.remap.wire.CountersLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegionTableTest {
    private final Machine machine = new Machine(16);
    private final RegionTable table = new RegionTable();

    @AfterEach
    void close() {
        machine.close();
    }

    @Test
    void regionIsFoundByNumberAndByEachOfItsAddresses() {
        table.add(machine.region);
        assertThat(table.get(Machine.REGION)).isSameAs(machine.region);
        assertThat(table.at(Machine.BASE)).isSameAs(machine.region);
        assertThat(table.at(Machine.BASE + 16 * 4096 - 1)).isSameAs(machine.region);
        assertThat(table.all()).containsExactly(machine.region);
    }

    @Test
    void whatIsNoRegionsIsNotFound() {
        table.add(machine.region);
        assertThat(table.at(Machine.BASE - 1)).isNull();
        assertThat(table.at(Machine.BASE + 16 * 4096)).isNull();
        assertThat(table.get(-1)).isNull();
        assertThat(table.get(CountersLayout.MAX_REGIONS)).isNull();
        table.remove(machine.region);
        assertThat(table.at(Machine.BASE)).isNull();
        assertThat(table.get(Machine.REGION)).isNull();
        assertThat(table.all()).isEmpty();
    }

    @Test
    void freedNumbersAreUsedAgainAsLateAsPossible() {
        assertThat(table.freeId()).isZero();
        assertThat(table.freeId()).isEqualTo(1);
        table.add(machine.region);
        assertThat(table.freeId()).isEqualTo(2);
        assertThat(table.freeId()).as("3 is taken").isEqualTo(4);
        for (int i = 5; i < CountersLayout.MAX_REGIONS; i++) {
            assertThat(table.freeId()).isEqualTo(i);
        }
        assertThat(table.freeId()).isZero();
    }
}
