// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.page.DramBudget;
import dev.remap.core.page.PageTable;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.wire.PageWord;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager stops in the middle of something, and another takes its region in: every page is where it should be, every figure exact. */
class AdoptionTest {
    private static final long FRAME = 1L << 20;

    private final Machine dead = new Machine(64);
    private final Pages pages = new Pages(dead);
    private Machine next = dead;

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @AfterEach
    void close() {
        if (next != dead) {
            next.drain();
            next.checkAccounting();
            next.close();
        }
        dead.close();
    }

    private void killAt(String when) {
        String[] words = when.split(" ");
        BiConsumer<String, Runnable> hook = words[0].equals("before") ? dead.kernel::before : dead.kernel::after;
        hook.accept(words[1], () -> {
            throw new Killed();
        });
    }

    private long[] adopt() {
        next = dead.afterDeath();
        return new ReclaimAgent(new ReclaimAgent.Parts(
                        next.regions,
                        next.budget,
                        next.events,
                        next.counters,
                        next.mm,
                        new dev.remap.core.fault.DeferredFaults(),
                        next.failureAction,
                        new AgentUnmapper((starts, lengths, count) -> true),
                        (starts, lengths, count) -> true))
                .adopt(next.region, "clock");
    }

    /** Brings the page in, if it is not, and expects its value. */
    private void expect(long page, long value) {
        if (next.state(page) == PageWord.ABSENT) {
            Promoter promoter = new Promoter(next.mm, next.budget, next.events, next.failureAction, true);
            assertThat(promoter.promote(next.region, page, 1, 1, false)).isEqualTo(1);
        }
        assertThat(next.kernel.value(page)).as("page %d", page).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "before protect",
                "after protect",
                "before read",
                "after read",
                "before punch",
                "after punch",
                "before wake",
                "after wake"
            })
    void aDemotionThatEndsAnywhereLosesNothing(String when) {
        pages.present(3, 30);
        pages.present(4, 40);
        pages.present(5, 5, 5);
        pages.clean(8, 80);
        killAt(when);
        assertThatThrownBy(() -> pages.demote(3, 4, 5, 8)).isInstanceOf(Killed.class);
        adopt();
        expect(3, 30);
        expect(4, 40);
        expect(8, 80);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before copy", "after copy"})
    void aPromotionThatEndsAnywhereLosesNothing(String when) {
        pages.stored(3, 30);
        pages.stored(4, 40);
        Promoter promoter = new Promoter(dead.mm, dead.budget, dead.events, dead.failureAction, true);
        killAt(when);
        assertThatThrownBy(() -> promoter.promote(dead.region, 3, 2, 1, true)).isInstanceOf(Killed.class);
        long[] unsettled = adopt();
        assertThat(unsettled).containsExactly(when.startsWith("before") ? new long[] {3, 4} : new long[] {});
        expect(3, 30);
        expect(4, 40);
    }

    @Test
    void aPageThatIsNowhereIsFailedAndNeverZeros() {
        pages.present(3, 30);
        pages.stored(4, 40);
        pages.clean(5, 50);
        dead.kernel.punch(3, 1);
        dead.tier.forgetAll();
        adopt();
        assertThat(next.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(next.state(4)).isEqualTo(PageWord.FAILED);
        assertThat(PageWord.isLost(next.region.table().get(3))).isTrue();
        expect(5, 50);
        assertThat(next.state(5)).isEqualTo(PageWord.PRESENT);
    }

    @Test
    void pagesThatWereLentAreInTheBudgetAgainAndLeaveFaultsTheirRoom() {
        pages.present(3, 30);
        pages.present(4, 40);
        PageTable table = dead.region.table();
        table.unlockLent(4, table.lock(4, table.get(4)), FRAME);
        adopt();
        assertThat(PageWord.isLent(next.region.table().get(4))).isFalse();
        assertThat(next.budget.used()).isEqualTo(2);
        assertThat(next.budget.available()).isEqualTo(next.budget.limit() - DramBudget.RESERVE_PAGES - 1);
        expect(3, 30);
        expect(4, 40);
    }

    @Test
    void failedPagesStayFailed() {
        pages.failed(3, 30);
        adopt();
        assertThat(next.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(next.region.failures().first(3, 1)).isNotNull();
    }

    @Test
    void aFailedPageWhoseCopyIsGoneNamesNoSlotAnyMore() {
        pages.failed(3, 30);
        dead.tier.forgetAll();
        adopt();
        assertThat(next.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(PageWord.tier(next.region.table().get(3))).isEqualTo(PageWord.TIER_NONE);
        assertThat(PageWord.isLost(next.region.table().get(3))).isTrue();
    }
}
