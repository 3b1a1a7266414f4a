// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedFiles;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Regions whose bottom is a file: what is written where, and when. */
@Timeout(60)
class FileRegionTest {
    private static final int PAGES = 256;

    private final Machine machine = new Machine(PAGES);
    private final Pages pages = new Pages(machine);
    private final RangeCommands commands =
            new RangeCommands(machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);

    @AfterEach
    void figuresAddUp() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    @Test
    void pagesThatWereOnlyReadLeaveWithoutBeingWritten() throws CommandException {
        SimulatedFiles file = machine.files(false);
        commands.load(machine.region, 0, 10, 1_000_000_000L, false);
        assertThat(machine.state(3)).isEqualTo(PageWord.CLEAN);
        assertThat(pages.demote(0, 1, 2, 3).demoted).hasSize(4);
        assertThat(file.stores()).isZero();
    }

    @Test
    void changedPagesLeaveToTheFileAndComeBackFromIt() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(7, 70);
        pages.present(8, 0, 0);
        assertThat(pages.demote(7, 8).demoted).containsExactly(7L, 8L);
        assertThat(file.value(7)).isEqualTo(70);
        assertThat(machine.tierOf(8)).isEqualTo(PageWord.TIER_NONE);
        commands.load(machine.region, 7, 2, 1_000_000_000L, false);
        assertThat(machine.kernel.value(7)).isEqualTo(70);
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void changesOfAPrivateFileGoToTiersAndZerosAreNotTakenForTheFile() throws CommandException {
        SimulatedFiles file = machine.files(true);
        pages.present(5, 50);
        pages.present(6, 0, 0);
        assertThat(pages.demote(5, 6).demoted).containsExactly(5L, 6L);
        assertThat(file.stores()).isZero();
        assertThat(machine.tierOf(5)).isEqualTo(PageWord.TIER_FIRST);
        assertThat(machine.tierOf(6)).isEqualTo(PageWord.TIER_FILL_LONG);
    }

    @Test
    void nothingOfAFileThatIsBeingClosedIsBroughtIn() throws CommandException {
        SimulatedFiles file = machine.files(true);
        pages.present(5, 50);
        pages.demote(5);
        pages.present(6, 60);
        file.startDetaching(0);
        commands.load(machine.region, 0, 10, 1_000_000_000L, true);
        commands.loadAhead(machine.region, new long[] {0, 5 * PagedRegion.PAGE_SIZE}, 0, 2, PagedRegion.PAGE_SIZE);
        assertRefused(() -> commands.load(machine.region, 5, 1, 1_000_000_000L, false));
        assertRefused(() -> commands.pin(machine.region, 0, 1, 1_000_000_000L));
        assertRefused(() -> commands.read(machine.region, new long[] {0}, 1, 0, 1_000_000_000L));
        commands.load(machine.region, 6, 1, 1_000_000_000L, false);
        assertThat(machine.state(0)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.region.failures().from(0, 1)).isEmpty();
    }

    private static void assertRefused(ThrowingCallable command) {
        assertThatThrownBy(command)
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.NOT_FOUND, "code")
                .matches(e -> String.valueOf(e.getMessage()).contains("no file is open"), "message");
    }

    @Test
    void aTouchWhereNoFileIsOpenEndsAndHarmsNoLaterFile() {
        SimulatedFiles file = machine.files(false);
        file.startDetaching(0);
        Promoter promoter = new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true);
        assertThat(promoter.promote(machine.region, 3, 4, 1, false)).isEqualTo(Promoter.FAILED);
        assertThat(machine.kernel.isPoisoned(3)).isTrue();
        assertThat(machine.kernel.isPoisoned(4)).isFalse();
        for (int page = 3; page < 7; page++) {
            assertThat(machine.state(page)).isEqualTo(PageWord.ABSENT);
        }
        assertThat(machine.region.failures().from(0, 1)).isEmpty();
    }

    @Test
    void whatTheFileDoesNotTakeStays() {
        SimulatedFiles file = machine.files(false);
        pages.present(7, 70);
        file.refuseWith(Tier.NO_CAPACITY);
        assertThat(pages.demote(7).refused).containsExactly(7L);
        assertThat(machine.state(7)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.value(7)).isEqualTo(70);
    }

    @Test
    void forceWritesChangedPagesOnceAndSyncs() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(1, 10);
        pages.present(2, 20);
        pages.present(200, 30);
        assertThat(commands.force(machine.region, 0, PAGES)).isEqualTo(3);
        assertThat(file.value(200)).isEqualTo(30);
        assertThat(machine.state(2)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isWritable(2)).isFalse();
        assertThat(commands.force(machine.region, 0, PAGES)).isZero();
        assertThat(file.stores()).isEqualTo(3);
        assertThat(file.syncs()).isEqualTo(2);
    }

    @Test
    void forceOfAPinnedPageLeavesItChangedAndWritable() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(1, 10);
        commands.pin(machine.region, 1, 1, 1_000_000_000L);
        commands.force(machine.region, 0, 4);
        assertThat(file.value(1)).isEqualTo(10);
        assertThat(machine.state(1)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.isWritable(1)).isTrue();
        commands.unpin(machine.region, 1, 1);
    }

    @Test
    void forceThatFailsLosesNothingAndCanBeRepeated() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(1, 10);
        file.refuseWith(Tier.NO_CAPACITY);
        assertForceFails(ErrorCode.CAPACITY);
        file.refuseWith(Tier.STALE);
        assertForceFails(ErrorCode.STALE);
        file.refuseWith(Tier.IO_ERROR);
        assertForceFails(ErrorCode.IO);
        assertThat(machine.state(1)).isEqualTo(PageWord.PRESENT);
        file.refuseWith(0);
        commands.force(machine.region, 0, 4);
        assertThat(file.value(1)).isEqualTo(10);
    }

    private void assertForceFails(ErrorCode code) {
        assertThatThrownBy(() -> commands.force(machine.region, 0, 4))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == code, "code " + code)
                .matches(e -> e.remedy().contains("still in memory"), "says that nothing is lost");
    }

    @Test
    void forceTriesAgainWhileTheKernelIsBusy() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(1, 10);
        int[] left = {5};
        machine.kernel.refuse("protect", () -> left[0]-- > 0 ? -Errno.EAGAIN : 0);
        commands.force(machine.region, 0, 4);
        assertThat(file.value(1)).isEqualTo(10);
    }

    /** Reclaim has read a page; before it writes, a touch takes the page back, changes it, and a force wants to write that. */
    @Test
    void forceIsNotOverwrittenByAReclaimThatReadThePageBefore() throws Exception {
        SimulatedFiles file = machine.files(false);
        pages.present(1, 10);
        AtomicBoolean forced = new AtomicBoolean();
        Thread[] forcing = new Thread[1];
        file.beforeStore(() -> {
            pages.steal(1);
            pages.write(1, 0, 11);
            forcing[0] = Thread.ofPlatform().start(() -> {
                RangeCommands own = new RangeCommands(
                        machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);
                try {
                    own.force(machine.region, 0, 4);
                    forced.set(true);
                } catch (CommandException e) {
                    throw new AssertionError(e);
                }
            });
            awaitBlocked(forcing[0]);
        });
        assertThat(pages.demote(1).kept).containsExactly(1L);
        forcing[0].join();
        assertThat(forced).isTrue();
        assertThat(machine.state(1)).isEqualTo(PageWord.CLEAN);
        assertThat(file.value(1)).isEqualTo(11);
    }

    private static void awaitBlocked(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void failedPagesAreForgottenWithTheirFile() throws CommandException {
        SimulatedFiles file = machine.files(false);
        file.failFetches(Tier.STALE);
        assertThatThrownBy(() -> commands.load(machine.region, 3, 1, 1_000_000_000L, false))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.STALE);
        assertThat(machine.state(3)).isEqualTo(PageWord.FAILED);
        commands.forget(machine.region, 0, PAGES);
        assertThat(machine.state(3)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.region.failures().first(0, PAGES)).isNull();
    }

    @Test
    void aLostPageThatIsGivenUpReadsAsZerosAndNotAsTheFile() throws CommandException {
        SimulatedFiles file = machine.files(false);
        pages.present(3, 30);
        assertThat(pages.demote(3).demoted).containsExactly(3L);
        file.failFetches(Tier.IO_ERROR);
        assertThatThrownBy(() -> commands.load(machine.region, 3, 1, 1_000_000_000L, false))
                .isInstanceOf(CommandException.class);
        assertThat(commands.repair(machine.region, 3, 1, true)).isEqualTo(1);
        assertThat(machine.kernel.value(3)).isZero();
    }

    @Test
    void runsEndWhereTheFileEnds() throws CommandException {
        machine.region.files(new SimulatedFiles(100));
        machine.region.tiers(java.util.List.of());
        Promoter promoter = new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, false);
        assertThat(promoter.promote(machine.region, 90, 64, 1, false)).isEqualTo(10);
        assertThat(promoter.promote(machine.region, 20, 64, -1, false)).isEqualTo(21);
        assertThat(promoter.promote(machine.region, 30, 64, 16, false)).isEqualTo(4);
    }

    @Test
    void forceOfARegionWithoutAFileIsRefused() {
        assertThatThrownBy(() -> commands.force(machine.region, 0, 4))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.UNSUPPORTED);
    }

    @Test
    void memoryThatCannotBeReadIsNotAFileThatHasChanged() throws CommandException {
        machine.files(false);
        pages.present(7, 70);
        machine.kernel.refuse("read", () -> -Errno.EIO);
        assertThatThrownBy(() -> commands.force(machine.region, 7, 1))
                .asInstanceOf(type(CommandException.class))
                .extracting(CommandException::code)
                .isEqualTo(ErrorCode.IO);
        machine.kernel.refuse("read", () -> 0);
        assertThat(commands.force(machine.region, 7, 1)).isEqualTo(1);
    }
}
