// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedKernel;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PromoterTest {
    private final Machine machine = new Machine(1024);
    private final Pages pages = new Pages(machine);
    private final Promoter faultThread = promoter(true);
    private final Promoter otherThread = promoter(false);

    private Promoter promoter(boolean servesFaults) {
        return new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, servesFaults);
    }

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    private void store(int count) {
        for (int page = 0; page < count; page++) {
            pages.stored(page, page + 1);
        }
    }

    @Test
    void runStopsAtAPageThatIsNotAbsentOrOfAnotherKind() {
        store(10);
        pages.present(4, 50);
        assertThat(faultThread.promote(machine.region, 0, 64, 1, false)).isEqualTo(4);
        assertThat(faultThread.promote(machine.region, 5, 64, 1, false)).isEqualTo(5);
        assertThat(faultThread.promote(machine.region, 10, 64, 1, false)).isEqualTo(64);
        assertThat(faultThread.promote(machine.region, 4, 64, 1, false)).isEqualTo(Promoter.CHANGED);
        assertThat(faultThread.promote(machine.region, 1000, 64, 1, false)).isEqualTo(24);
    }

    @Test
    void copyThatStopsShortKeepsWhatIsDoneAndReleasesTheRest() {
        store(10);
        machine.kernel.limitMemory(3);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, true)).isEqualTo(3);
        assertThat(machine.state(2)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.state(3)).isEqualTo(PageWord.ABSENT);
        machine.drain();
        assertThat(machine.tier.contents()).hasSize(7);
        assertThat(machine.admitted).endsWith(0L, 1L, 2L);
    }

    @Test
    void copyThatFindsNoMemoryAtAllChargesNothing() {
        store(10);
        machine.kernel.limitMemory(0);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, true)).isEqualTo(Promoter.NO_ROOM);
        assertThat(machine.budget.used()).isZero();
    }

    @Test
    void copyIntoAMappingThatHasGoneSaysSo() {
        machine.kernel.refuse("copy", () -> -Errno.ESRCH);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, true)).isEqualTo(Promoter.GONE);
        machine.kernel.refuse("copy", () -> -Errno.EAGAIN);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, true)).isEqualTo(Promoter.CHANGED);
    }

    @Test
    void stalePageInTheMiddleEndsTheRunAndIsReplacedByTheNext() {
        store(10);
        machine.kernel.writeFile(4, new byte[4096]);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(4);
        assertThat(faultThread.promote(machine.region, 4, 6, 1, false)).isEqualTo(1);
        assertThat(machine.kernel.value(4)).isEqualTo(5);
    }

    @Test
    void pageThatTheKernelWillNotReplaceFails() {
        store(10);
        machine.kernel.refuse("copy", () -> -Errno.EEXIST);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(Promoter.FAILED);
        assertThat(machine.state(0)).isEqualTo(PageWord.FAILED);
        assertThat(machine.state(1)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void corruptFirstPageFailsAloneAndTheRestIsReleased() {
        store(10);
        machine.tier.corrupt(0, Tier.CORRUPT);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(Promoter.FAILED);
        assertThat(machine.state(0)).isEqualTo(PageWord.FAILED);
        assertThat(machine.state(1)).isEqualTo(PageWord.ABSENT);
        assertThat(faultThread.promote(machine.region, 1, 10, 1, false)).isEqualTo(9);
    }

    @Test
    void corruptPageInTheMiddleEndsTheRunAndFailsWhenItIsWanted() {
        store(10);
        machine.tier.corrupt(4, Tier.CORRUPT);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(4);
        assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT);
        assertThat(faultThread.promote(machine.region, 4, 10, 1, false)).isEqualTo(Promoter.FAILED);
    }

    @Test
    void bytesOfAFetchThatFailedAreNotCounted() {
        store(2);
        machine.tier.corrupt(0, Tier.CORRUPT);
        faultThread.promote(machine.region, 0, 1, 1, false);
        faultThread.promote(machine.region, 1, 1, 1, false);
        assertThat(machine.counter(CountersLayout.REGION_BYTES_IN)).isEqualTo(4096);
    }

    @Test
    void shortageFallsBackToOnePage() {
        store(10);
        machine.leaveAvailable(9);
        assertThat(faultThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(1);
        machine.leaveAvailable(0);
        assertThat(faultThread.promote(machine.region, 1, 10, 1, false)).isEqualTo(Promoter.NO_ROOM);
        assertThat(machine.state(1)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void threadThatDoesNotServeFaultsWakesWhatItReleases() {
        store(10);
        machine.leaveAvailable(1);
        machine.kernel.before("wake", () -> {
            assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
            machine.kernel.touch(5, false);
        });
        assertThat(otherThread.promote(machine.region, 0, 10, 1, false)).isEqualTo(1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        machine.leaveAvailable(0);
        machine.kernel.touch(1, false);
        assertThat(otherThread.promote(machine.region, 1, 1, 1, false)).isEqualTo(Promoter.NO_ROOM);
        assertThat(machine.kernel.isWaiting(1)).isFalse();
    }

    @Test
    void threadThatDoesNotServeFaultsWakesAfterTheWordHasChanged() {
        machine.kernel.after("copy", () -> {
            assertThat(machine.state(0)).isEqualTo(PageWord.LOCKED);
            assertThat(machine.kernel.touch(0, true))
                    .as("a write to a page that is mapped read-only")
                    .isNotNull();
        });
        machine.kernel.before("wake", () -> assertThat(machine.state(0)).isEqualTo(PageWord.CLEAN));
        assertThat(otherThread.promote(machine.region, 0, 1, 1, false)).isEqualTo(1);
        assertThat(machine.kernel.isWaiting(0)).isFalse();
    }

    @Test
    void copyIsNotFreedBeforeThePageIsThere() {
        store(1);
        machine.kernel.after("copy", machine::drain);
        assertThat(faultThread.promote(machine.region, 0, 1, 1, true)).isEqualTo(1);
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void singlePageGivesUpItsCopyWhereCopiesAreScarceDram() {
        machine.liveTier();
        assertThat(machine.budget.tryCharge(256)).isTrue();
        store(2);
        assertThat(faultThread.promote(machine.region, 0, 1, 1, false)).isEqualTo(1);
        assertThat(machine.state(0)).isEqualTo(PageWord.PRESENT);
        machine.drain();
        machine.budget.uncharge(256);
        assertThat(faultThread.promote(machine.region, 1, 1, 1, false)).isEqualTo(1);
        assertThat(machine.state(1)).isEqualTo(PageWord.CLEAN);
    }

    @Test
    void whatTheKernelKeepsInAFailedPagesPlaceIsNotSeen() {
        pages.stored(4, 40);
        AtomicInteger punches = new AtomicInteger();
        machine.kernel.refuse("punch", () -> punches.getAndIncrement() == 0 ? -Errno.ENOMEM : 0);
        machine.kernel.writeFile(4, new byte[SimulatedKernel.PAGE]);
        machine.mm.map(machine.region.address(4), SimulatedKernel.PAGE, false);
        assertThat(faultThread.promote(machine.region, 4, 1, 1, false)).isEqualTo(Promoter.FAILED);
        assertThat(machine.kernel.isCached(4)).isFalse();
        assertThat(machine.kernel.isPoisoned(4)).isTrue();
        assertThat(machine.state(4)).isEqualTo(PageWord.FAILED);
        machine.kernel.refuse("punch", () -> 0);
    }
}
