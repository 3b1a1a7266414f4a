// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedTier;
import dev.remap.driver.Tier;
import dev.remap.wire.PageWord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has lain longest in compressed memory moves on to the tier below. */
class WritebackTest {
    private static final int PAGES = 4096;

    private final Machine machine = new Machine(PAGES);
    private final Pages pages = new Pages(machine);
    private SimulatedTier lower = new SimulatedTier();
    private final Writeback writeback = new Writeback(machine.regions, machine.budget);

    @AfterEach
    void figuresAddUp() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    /** So many pages in a tier that charges DRAM, in the order of their numbers. */
    private void fill(int count) {
        machine.liveTier();
        lower = machine.addLowerTier();
        for (int page = 0; page < count; page++) {
            pages.stored(page, page + 1000L);
            writeback.stored(machine.region, page);
        }
    }

    private int enough() {
        return (int) (machine.budget.tierShare() + 1) * 4;
    }

    @Test
    void theOldestMoveFirstUntilTheTierHasItsShare() {
        fill(enough());
        assertThat(writeback.isNeeded()).isTrue();
        assertThat(writeback.run()).isEqualTo(64);
        for (int page = 0; page < 64; page++) {
            assertThat(machine.tierOf(page)).isEqualTo(PageWord.TIER_FIRST + 1);
        }
        assertThat(machine.tierOf(64)).isEqualTo(PageWord.TIER_FIRST);
        while (writeback.isNeeded()) {
            assertThat(writeback.run()).isPositive();
        }
        long share = machine.budget.tierShare();
        assertThat(machine.budget.tierPages()).isBetween(share - 16, share);
    }

    @Test
    void copiesOfARegionThatIsBeingClosedMakeRoomToo() {
        fill(enough());
        machine.region.startClosing();
        assertThat(writeback.run()).isEqualTo(64);
    }

    @Test
    void whatMovedIsStillWhatItWas() {
        fill(enough());
        writeback.run();
        pages.present(5, 1);
        machine.drain();
        assertThat(lower.contents()).doesNotContainValue(5L);
        assertThat(lower.contents()).containsValue(6L);
    }

    @Test
    void aPageThatIsTouchedDuringTheMoveStaysWhereItWasReadFrom() {
        fill(enough());
        lower.beforeStore(() -> pages.present(3, 77));
        assertThat(writeback.run()).isEqualTo(63);
        assertThat(lower.contents()).doesNotContainValue(3L).hasSize(63);
        assertThat(machine.kernel.value(3)).isEqualTo(77);
    }

    @Test
    void nothingMovesWhereTheTierBelowIsFull() {
        fill(enough());
        lower.refuseWith(Tier.NO_CAPACITY);
        assertThat(writeback.run()).isZero();
        assertThat(lower.contents()).isEmpty();
        lower.refuseWith(0);
        int moved = 0;
        while (writeback.isNeeded()) {
            moved += writeback.run();
        }
        assertThat(moved).isPositive();
    }

    @Test
    void nothingIsNeededWithoutATierBelowOrBelowTheShare() {
        machine.liveTier();
        pages.stored(1, 10);
        writeback.stored(machine.region, 1);
        assertThat(writeback.isNeeded()).isFalse();
        lower = machine.addLowerTier();
        pages.stored(2, 20);
        writeback.stored(machine.region, 2);
        assertThat(writeback.isNeeded()).isFalse();
    }

    @Test
    void anUnreadableCopyIsLeftForWhoeverTouchesIt() {
        fill(enough());
        machine.tier.corrupt(0, Tier.CORRUPT);
        assertThat(writeback.run()).isEqualTo(63);
        assertThat(machine.tierOf(0)).isEqualTo(PageWord.TIER_FIRST);
        assertThat(machine.state(0)).isEqualTo(PageWord.ABSENT);
        machine.tier.heal();
    }
}
