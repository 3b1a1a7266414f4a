// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.DeferredFaultsAccess;
import dev.remap.core.page.FailurePolicy;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StarvedFaultsTest {
    private static final long STALL_NS = 1_000_000_000L;

    private final Machine machine = new Machine(4096, FailurePolicy.POISON, STALL_NS);
    private final Pages pages = new Pages(machine);
    private final DeferredFaults deferred = new DeferredFaults();
    private final StarvedFaults starved =
            new StarvedFaults(deferred, machine.regions, machine.mm, machine.failureAction);

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    private void touchWithoutMemory(long page) {
        assertThat(machine.kernel.touch(page, true)).isNotNull();
        DeferredFaultsAccess.offer(deferred, machine.region.pageId(page));
    }

    @Test
    void asManyAreWokenAsThereIsMemoryFor() {
        for (int page = 0; page < 4; page++) {
            touchWithoutMemory(page);
        }
        starved.collect(0);
        starved.serve(3, 1);
        assertThat(waiting(4)).isEqualTo(1);
        starved.serve(3, 2);
        assertThat(waiting(4)).isZero();
    }

    private long waiting(int pages) {
        long waiting = 0;
        for (int page = 0; page < pages; page++) {
            waiting += machine.kernel.isWaiting(page) ? 1 : 0;
        }
        return waiting;
    }

    @Test
    void nobodyIsWokenWithoutMemoryBeforeTheDeadline() {
        touchWithoutMemory(5);
        starved.collect(0);
        starved.serve(0, STALL_NS);
        assertThat(machine.kernel.isWaiting(5)).isTrue();
        assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void pageFailsWithNoMemoryAtTheDeadline() {
        touchWithoutMemory(5);
        starved.collect(0);
        starved.serve(0, STALL_NS + 1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        assertThat(machine.kernel.isPoisoned(5)).isTrue();
        assertThat(machine.region.failures().from(0, 10))
                .singleElement()
                .matches(entry -> entry.page() == 5 && entry.failure().cause() == ErrorCode.NO_MEMORY);
        assertThat(starved.isEmpty()).isTrue();
    }

    @Test
    void touchThatKeepsComingBackFailsAtTheDeadlineOfItsFirst() {
        touchWithoutMemory(5);
        starved.collect(0);
        for (long nowNs = 0; nowNs <= STALL_NS; nowNs += STALL_NS / 20) {
            starved.serve(100, nowNs);
            assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
            touchWithoutMemory(5);
            starved.collect(nowNs);
        }
        starved.serve(100, STALL_NS + 1);
        assertThat(machine.state(5)).isEqualTo(PageWord.FAILED);
    }

    @Test
    void pageThatSomebodyElseBroughtInIsWokenAndForgotten() {
        touchWithoutMemory(5);
        starved.collect(0);
        pages.present(5, 50);
        assertThat(machine.kernel.touch(5, true)).isNull();
        starved.serve(0, 1);
        assertThat(starved.isEmpty()).isTrue();
    }

    @Test
    void touchThatWasServedAndWhosePageLeftAgainIsForgotten() {
        touchWithoutMemory(5);
        starved.collect(0);
        starved.serve(10, 1);
        pages.stored(5, 50);
        starved.serve(10, 2);
        starved.serve(10, STALL_NS / 2);
        starved.serve(10, 3 * STALL_NS);
        assertThat(starved.isEmpty())
                .as("else the agent evicts for a touch that has long been served")
                .isTrue();
        assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void touchesBeyondCapacityAreWokenToComeAgain() {
        for (int page = 0; page < StarvedFaults.CAPACITY; page++) {
            touchWithoutMemory(page);
        }
        starved.collect(0);
        touchWithoutMemory(StarvedFaults.CAPACITY);
        starved.collect(0);
        assertThat(machine.kernel.isWaiting(StarvedFaults.CAPACITY)).isFalse();
        assertThat(waiting(StarvedFaults.CAPACITY)).isEqualTo(StarvedFaults.CAPACITY);
    }

    @Test
    void touchOfARegionThatHasGoneIsForgotten() {
        touchWithoutMemory(5);
        starved.collect(0);
        machine.regions.remove(machine.region);
        starved.serve(0, 1);
        assertThat(starved.isEmpty()).isTrue();
    }
}
