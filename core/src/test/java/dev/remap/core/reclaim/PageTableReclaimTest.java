// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.wire.PageWord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PageTableReclaimTest {
    private static final int BLOCK = PagedRegion.BLOCK_PAGES;

    private final Machine machine = new Machine(2 * BLOCK + 100);
    private final Pages pages = new Pages(machine);
    private final List<String> zapped = new ArrayList<>();
    private final PageTableReclaim reclaim = new PageTableReclaim(machine.mm, (starts, lengths, count) -> {
        for (int i = 0; i < count; i++) {
            zapped.add((starts[i] - Machine.BASE) / 4096 + "+" + lengths[i] / 4096);
            machine.kernel.zap(starts[i], lengths[i]);
        }
        return true;
    });

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    private void evict(long page) {
        pages.stored(page, page);
        reclaim.left(machine.region, page);
    }

    @Test
    void markersOfABlockThatHasBecomeEmptyAreClearedAndItIsZapped() {
        evict(3);
        evict(4);
        evict(BLOCK + 1);
        assertThat(machine.kernel.isProtected(3)).isTrue();
        assertThat(reclaim.hasWork()).isTrue();
        reclaim.run();
        assertThat(reclaim.hasWork()).isFalse();
        assertThat(zapped).containsExactly("0+512", "512+512");
        assertThat(machine.kernel.isProtected(3)).isFalse();
        pages.present(3, 33);
    }

    @Test
    void lastBlockOfARegionMayBeShort() {
        evict(2 * BLOCK + 99);
        reclaim.run();
        assertThat(zapped).containsExactly("1024+100");
    }

    @Test
    void blockWithAResidentPageIsLeftAlone() {
        pages.present(5, 50);
        evict(3);
        assertThat(reclaim.hasWork()).isFalse();
        pages.demote(5);
        reclaim.left(machine.region, 5);
        pages.clean(6, 60);
        machine.kernel.takeLog();
        reclaim.run();
        assertThat(machine.kernel.takeLog()).isEmpty();
        assertThat(machine.kernel.isProtected(6)).isTrue();
    }

    @Test
    void pageThatComesInWhileMarkersAreClearedStaysProtected() {
        evict(3);
        machine.kernel.before("unprotect", () -> {
            assertThat(machine.state(7)).as("nobody can bring a page in").isEqualTo(PageWord.LOCKED);
            assertThat(machine.kernel.touch(3, false)).isNotNull();
        });
        machine.kernel.before("wake", () -> assertThat(machine.state(3)).isEqualTo(PageWord.ABSENT));
        reclaim.run();
        assertThat(machine.kernel.isWaiting(3))
                .as("whoever found the block locked is woken")
                .isFalse();
        pages.clean(3, 30);
        assertThat(machine.kernel.isProtected(3)).isTrue();
        machine.kernel.zap(machine.address(0), BLOCK * 4096L);
        assertThat(machine.kernel.isProtected(3))
                .as("a late zap leaves a marker")
                .isTrue();
    }

    @Test
    void blockInWhichAPageIsLockedIsGivenUpAndItsWaitersAreWoken() {
        evict(3);
        PageTable table = machine.region.table();
        long locked = table.lock(9, table.get(9));
        machine.kernel.touch(3, false);
        reclaim.run();
        assertThat(zapped).isEmpty();
        assertThat(machine.kernel.isWaiting(3)).isFalse();
        assertThat(machine.kernel.isProtected(3)).isTrue();
        table.unlockAbsent(9, locked);
    }

    @Test
    void blockWithAFailedPageKeepsItsPoison() {
        pages.failed(4, 40);
        evict(3);
        reclaim.run();
        assertThat(zapped).isEmpty();
        assertThat(machine.kernel.isPoisoned(4)).isTrue();
    }

    @Test
    void blocksOfARegionThatIsBeingClosedAreLeftAlone() {
        evict(3);
        machine.region.startClosing();
        machine.kernel.takeLog();
        reclaim.run();
        assertThat(machine.kernel.takeLog()).isEmpty();
    }
}
