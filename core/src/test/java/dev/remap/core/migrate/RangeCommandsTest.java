// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.PageTable;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands over ranges; whatever they did, everything is accounted for, and nothing is left once all is discarded. */
@Timeout(60)
class RangeCommandsTest {
    private static final int PAGES = 2048;
    private static final long SHORT_NS = 20_000_000L;
    private static final long LONG_NS = 20_000_000_000L;

    private Machine machine = new Machine(PAGES);
    private Pages pages = new Pages(machine);
    private RangeCommands commands = commands();

    private RangeCommands commands() {
        return new RangeCommands(machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);
    }

    private void policy(FailurePolicy policy) {
        machine.close();
        machine = new Machine(PAGES, policy, LONG_NS);
        pages = new Pages(machine);
        commands = commands();
    }

    @AfterEach
    void nothingIsLeftOnceAllIsDiscarded() throws CommandException {
        machine.drain();
        machine.checkAccounting();
        machine.leaveAvailable(machine.budget.limit());
        commands.discard(machine.region, 0, PAGES);
        machine.drain();
        machine.checkAccounting();
        assertThat(machine.budget.used()).isEqualTo(machine.ballast());
        assertThat(machine.kernel.cachedPages()).isZero();
        assertThat(machine.tier.contents()).isEmpty();
        machine.close();
    }

    private static void assertRefused(ErrorCode code, String message, ThrowingCallable command) {
        assertThatThrownBy(command)
                .hasMessageContaining(message)
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == code, "code " + code)
                .matches(e -> !e.remedy().isEmpty(), "has a remedy");
    }

    // ---- load

    @Test
    void loadBringsInStoredFilledAndEmptyPages() throws CommandException {
        pages.stored(10, 100);
        pages.stored(12, 120);
        commands.load(machine.region, 9, 100, LONG_NS, false);
        for (int page = 9; page < 109; page++) {
            assertThat(machine.state(page)).isEqualTo(PageWord.CLEAN);
        }
        assertThat(machine.kernel.value(12)).isEqualTo(120);
        assertThat(machine.counter(CountersLayout.REGION_LOADED_PAGES)).isEqualTo(100);
        machine.drain();
        assertThat(machine.admitted).contains(9L, 10L, 108L);
    }

    @Test
    void loadMarksResidentPagesAsUsedAndTakesDemotingOnesBack() throws CommandException {
        pages.present(5, 50);
        pages.present(6, 60);
        machine.tier.beforeStore(() -> load(5, 2));
        assertThat(pages.demote(5).kept).containsExactly(5L);
        assertThat(machine.region.clearReference(6)).isTrue();
    }

    private void load(long first, long count) {
        try {
            commands.load(machine.region, first, count, LONG_NS, false);
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void loadOfMoreThanCanBeResidentIsRefusedWithTheArithmetic() {
        assertRefused(
                ErrorCode.CAPACITY,
                "load of 4096 KiB, but at most 3072 KiB can be resident: DRAM budget 4096 KiB",
                () -> commands.load(machine.region, 0, 1024, LONG_NS, false));
    }

    @Test
    void loadWithoutMemoryFailsAtItsDeadlineAndAsksForReclaim() {
        machine.leaveAvailable(3);
        assertRefused(
                ErrorCode.NO_MEMORY,
                "load waited 20 ms for DRAM",
                () -> commands.load(machine.region, 0, 10, SHORT_NS, false));
        assertThat(machine.pressure.missing.get()).isPositive();
        assertThat(machine.counter(CountersLayout.REGION_RESIDENT_PAGES)).isEqualTo(3);
    }

    @Test
    void loadOfAPageThatNobodyLetsGoFailsAtItsDeadline() {
        PageTable table = machine.region.table();
        long locked = table.lock(5, table.get(5));
        assertRefused(
                ErrorCode.DEADLINE,
                "a page that another thread is moving",
                () -> commands.load(machine.region, 5, 1, SHORT_NS, false));
        table.unlockAbsent(5, locked);
    }

    @Test
    void loadOfACorruptPageIsRefusedAndItsNeighboursAreThere() {
        for (int page = 0; page < 5; page++) {
            pages.stored(page, page + 1);
        }
        machine.tier.corrupt(3, Tier.CORRUPT);
        assertRefused(
                ErrorCode.CORRUPT,
                "page at offset 12288 of region test",
                () -> commands.load(machine.region, 0, 5, LONG_NS, false));
        assertThat(machine.state(2)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT);
        machine.tier.heal();
    }

    @Test
    void prefetchGivesUpSilently() throws CommandException {
        pages.stored(100, 1);
        machine.leaveAvailable(3);
        commands.load(machine.region, 0, 2000, SHORT_NS, true);
        machine.tier.corrupt(100, Tier.IO_ERROR);
        machine.leaveAvailable(100);
        commands.load(machine.region, 100, 1, SHORT_NS, true);
        assertThat(machine.state(100)).isEqualTo(PageWord.FAILED);
        machine.tier.heal();
    }

    @Test
    void loadWakesWhoWaitsForThePages() throws CommandException {
        machine.kernel.touch(7, false);
        commands.load(machine.region, 0, 10, LONG_NS, false);
        assertThat(machine.kernel.isWaiting(7)).isFalse();
    }

    // ---- pin

    @Test
    void pinMapsEveryPageWritable() throws CommandException {
        pages.clean(1, 10);
        pages.stored(2, 20);
        pages.present(3, 30);
        machine.kernel.zap(machine.address(3), 4096);
        commands.pin(machine.region, 0, 5, LONG_NS);
        for (int page = 0; page < 5; page++) {
            assertThat(machine.kernel.isWritable(page)).as("page " + page).isTrue();
            assertThat(machine.state(page)).isEqualTo(PageWord.PRESENT);
        }
        assertThat(machine.counter(CountersLayout.REGION_PINNED_PAGES)).isEqualTo(5);
        assertThat(pages.demote(0, 1, 2, 3, 4).kept).hasSize(5);
        commands.unpin(machine.region, 0, 5);
        assertThat(machine.counter(CountersLayout.REGION_PINNED_PAGES)).isZero();
        assertThat(pages.demote(1).demoted).hasSize(1);
    }

    @Test
    void pageUnderTwoPinsStaysUntilBothAreClosed() throws CommandException {
        commands.pin(machine.region, 0, 4, LONG_NS);
        commands.pin(machine.region, 2, 4, LONG_NS);
        assertThat(machine.counter(CountersLayout.REGION_PINNED_PAGES)).isEqualTo(6);
        commands.unpin(machine.region, 0, 4);
        assertThat(machine.region.isPinned(1)).isFalse();
        assertThat(machine.region.isPinned(2)).isTrue();
        commands.unpin(machine.region, 2, 4);
    }

    @Test
    void pinBeyondHalfTheBudgetIsRefused() throws CommandException {
        commands.pin(machine.region, 0, 500, LONG_NS);
        assertRefused(
                ErrorCode.QUOTA,
                "half the DRAM budget, 2048 KiB",
                () -> commands.pin(machine.region, 500, 13, LONG_NS));
        commands.unpin(machine.region, 0, 500);
        commands.pin(machine.region, 500, 13, LONG_NS);
        commands.unpin(machine.region, 500, 13);
    }

    @Test
    void pinThatFailsLeavesNoPinBehind() {
        pages.failed(3, 30);
        assertRefused(ErrorCode.CORRUPT, "offset 12288", () -> commands.pin(machine.region, 0, 5, LONG_NS));
        machine.leaveAvailable(0);
        assertRefused(ErrorCode.NO_MEMORY, "pin waited", () -> commands.pin(machine.region, 10, 5, SHORT_NS));
        assertThat(machine.counter(CountersLayout.REGION_PINNED_PAGES)).isZero();
        assertThat(machine.budget.tryPin(512)).isTrue();
        machine.budget.unpin(512);
        machine.tier.heal();
    }

    // ---- discard

    @Test
    void discardedPagesReadAsZeros() throws CommandException {
        pages.present(1, 10);
        pages.clean(2, 20);
        pages.stored(3, 30);
        commands.discard(machine.region, 0, 10);
        for (int page = 0; page < 10; page++) {
            assertThat(machine.state(page)).isEqualTo(PageWord.ABSENT);
            assertThat(machine.tierOf(page)).isEqualTo(PageWord.TIER_NONE);
        }
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
        assertThat(machine.forgotten).containsExactlyInAnyOrder(1L, 2L);
        pages.clean(1, 0);
    }

    @Test
    void discardOfAPinnedPageIsRefusedAndFreesNothing() throws CommandException {
        pages.present(4, 40);
        commands.pin(machine.region, 5, 1, LONG_NS);
        assertRefused(
                ErrorCode.INVALID, "page at offset 20480 is pinned", () -> commands.discard(machine.region, 0, 10));
        assertThat(machine.kernel.value(4)).isEqualTo(40);
        commands.unpin(machine.region, 5, 1);
    }

    @Test
    void pinThatComesWhileADiscardRunsKeepsItsPage() {
        pages.present(5, 50);
        pages.clean(6, 60);
        for (int page : new int[] {5, 6, 7}) {
            int state = machine.state(page);
            machine.region.pin(page); // not counted: as a pin that is raised after the discard has looked
            assertRefused(ErrorCode.INVALID, "is pinned", () -> commands.discard(machine.region, page, 1));
            assertThat(machine.state(page)).isEqualTo(state);
            machine.region.unpin(page);
        }
        assertThat(machine.kernel.value(5)).isEqualTo(50);
        assertThat(machine.kernel.value(6)).isEqualTo(60);
    }

    @Test
    void discardWakesWhoWaitsForThePages() throws CommandException {
        pages.present(7, 70);
        machine.kernel.before("punch", () -> {
            machine.kernel.zap(machine.address(7), 4096);
            machine.kernel.touch(7, false);
        });
        commands.discard(machine.region, 0, 10);
        assertThat(machine.kernel.isWaiting(7)).isFalse();
    }

    @Test
    void discardOfFailedPagesMakesThemZerosThatCanBeTouched() throws CommandException {
        pages.failed(3, 30);
        commands.discard(machine.region, 0, 10);
        assertThat(machine.kernel.isPoisoned(3)).isFalse();
        assertThat(machine.region.failures().from(0, 10)).isEmpty();
        assertThat(machine.kernel.touch(3, false)).isNotNull();
    }

    @Test
    void discardOfAWholeSparseRegionTouchesOnlyWhatWasUsed() throws CommandException {
        pages.present(2000, 1);
        commands.discard(machine.region, 0, PAGES);
        assertThat(machine.region.table().get(0)).as("a word nobody used").isZero();
        assertThat(machine.state(2000)).isEqualTo(PageWord.ABSENT);
    }

    // ---- repair

    @Test
    void repairTriesTheTierAgain() throws CommandException {
        pages.failed(3, 30);
        machine.tier.heal();
        assertThat(commands.repair(machine.region, 0, 10, false)).isEqualTo(1);
        assertThat(machine.kernel.value(3)).isEqualTo(30);
        assertThat(machine.kernel.touch(3, false)).isNull();
        assertThat(machine.counter(CountersLayout.REGION_FAILED_PAGES)).isZero();
    }

    @Test
    void repairOfAPageThatIsStillCorruptLeavesItFailed() throws CommandException {
        pages.failed(3, 30);
        assertThat(commands.repair(machine.region, 0, 10, false)).isZero();
        assertThat(machine.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(machine.kernel.isPoisoned(3)).isTrue();
    }

    @Test
    void acceptedLossIsZerosAndFreesTheCopy() throws CommandException {
        pages.failed(3, 30);
        assertThat(commands.repair(machine.region, 0, 10, true)).isEqualTo(1);
        assertThat(machine.kernel.value(3)).isZero();
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void repairWithoutMemoryKeepsTheFailureOnRecord() {
        pages.failed(3, 30);
        machine.tier.heal();
        machine.leaveAvailable(0);
        machine.pressure.onMissing(() -> {
            assertThat(machine.state(3)).isEqualTo(PageWord.FAILED);
            assertThat(machine.region.failures().from(0, 10)).hasSize(1);
            machine.leaveAvailable(10);
        });
        assertThat(repair(3)).isEqualTo(1);
        assertThat(machine.kernel.value(3)).isEqualTo(30);
    }

    @Test
    void repairThatTheKernelRefusesKeepsThePageFailedAndPoisoned() {
        pages.failed(3, 30);
        machine.tier.heal();
        machine.kernel.refuse("copy", () -> -Errno.EAGAIN);
        assertThat(repair(3)).isZero();
        assertThat(machine.state(3)).isEqualTo(PageWord.FAILED);
        assertThat(machine.region.failures().from(0, 10)).hasSize(1);
        machine.kernel.refuse("copy", () -> 0);
        assertThat(repair(3)).isEqualTo(1);
    }

    private long repair(long page) {
        try {
            return commands.repair(machine.region, page, 1, false);
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void touchThatWaitsForARepairIsWokenByIt() {
        policy(FailurePolicy.WAIT);
        pages.failed(3, 30);
        machine.kernel.touch(3, false);
        machine.tier.heal();
        assertThat(repair(3)).isEqualTo(1);
        assertThat(machine.kernel.isWaiting(3)).isFalse();
    }

    @Test
    void discardSaysWhatTheKernelWillNotFreeAndLeavesItAsItWas() throws CommandException {
        pages.present(4, 40);
        pages.clean(5, 50);
        machine.kernel.refuse("punch", () -> -Errno.ENOMEM);
        assertRefused(ErrorCode.IO, "ENOMEM; not all of them are freed", () -> commands.discard(machine.region, 4, 2));
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.value(4)).isEqualTo(40);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        machine.kernel.refuse("punch", () -> 0);
        commands.discard(machine.region, 4, 2);
        assertThat(machine.kernel.isCached(4)).isFalse();
    }
}
