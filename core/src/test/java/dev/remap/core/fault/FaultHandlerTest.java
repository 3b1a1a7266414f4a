// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.PageTable;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedKernel;
import dev.remap.driver.Tier;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fault table, row by row, on a simulated kernel. */
class FaultHandlerTest {
    private Machine machine = new Machine(2048);
    private Pages pages = new Pages(machine);
    private DeferredFaults deferred = new DeferredFaults();
    private FaultHandler handler = handler();

    private FaultHandler handler() {
        return new FaultHandler(
                machine.regions,
                machine.mm,
                new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true),
                new ResidentMapper(machine.mm, machine.budget, machine.events, machine.failureAction),
                machine.failureAction,
                deferred,
                machine.pressure,
                new FaultStreams());
    }

    private void policy(FailurePolicy policy) {
        machine.close();
        machine = new Machine(64, policy, 1_000_000_000L);
        pages = new Pages(machine);
        handler = handler();
    }

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    /** One touch and what the handler answers to its fault. */
    private int fault(long page, boolean write) {
        SimulatedKernel.Fault fault = machine.kernel.fault(page, write);
        return handler.handle(fault.address, fault.flags);
    }

    private void assertServed(long page, boolean write) {
        assertThat(machine.kernel.isWaiting(page)).as("waits").isFalse();
        assertThat(machine.kernel.touch(page, write))
                .as(machine.kernel.describe(page))
                .isNull();
    }

    // ---- slow tiers

    @Test
    void aTouchDuringASlowFetchIsLeftAndWokenWhenThePageIsThere() {
        machine.files(true);
        FaultHandler other = handler();
        int[] calls = {0};
        handler.beforeSlowFetch(() -> {
            calls[0]++;
            assertThat(machine.state(5)).isEqualTo(PageWord.LOCKED);
            SimulatedKernel.Fault second = machine.kernel.fault(5, true);
            assertThat(other.handle(second.address, second.flags)).isNegative();
            assertThat(machine.kernel.isWaiting(5)).isTrue();
        });
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertThat(calls[0]).isEqualTo(1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        assertThat(fault(5, true)).as("the store comes again").isEqualTo(CountersLayout.FAULT_WRITE_PROTECT);
        assertServed(5, true);
    }

    @Test
    void whoWaitsForAPageThatASlowTierDoesNotGiveIsWokenToo() {
        machine.files(true).failFetches(Tier.IO_ERROR);
        FaultHandler other = handler();
        handler.beforeSlowFetch(() -> {
            SimulatedKernel.Fault second = machine.kernel.fault(5, false);
            assertThat(other.handle(second.address, second.flags)).isNegative();
        });
        fault(5, false);
        assertThat(machine.state(5)).isEqualTo(PageWord.FAILED);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
    }

    @Test
    void onlyASlowTierIsWaitedForWithoutTheTurn() {
        handler.beforeSlowFetch(() -> {
            throw new AssertionError("the tier is fast");
        });
        pages.stored(7, 70);
        assertThat(fault(7, false)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertThat(fault(8, false)).isEqualTo(CountersLayout.FAULT_ZERO_FILL);
    }

    // ---- MISSING, empty

    @Test
    void readOfAnEmptyPageMapsZerosCleanAndProtected() {
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_ZERO_FILL);
        assertServed(5, false);
        assertThat(machine.state(5)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isProtected(5)).isTrue();
        assertThat(machine.kernel.value(5)).isZero();
        assertThat(machine.counter(CountersLayout.REGION_FAULTS + 8L * CountersLayout.FAULT_ZERO_FILL))
                .isEqualTo(1);
        machine.drain();
        assertThat(machine.admitted).containsExactly(5L);
    }

    @Test
    void writeToAnEmptyPageMapsZerosWritable() {
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_ZERO_FILL);
        assertServed(5, true);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.pressure.taken).hasValue(1);
    }

    // ---- MISSING, in a lower tier

    @Test
    void readOfAStoredPageBringsItInCleanAndKeepsTheCopy() {
        pages.stored(5, 50);
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertServed(5, false);
        assertThat(machine.state(5)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isProtected(5)).isTrue();
        assertThat(machine.kernel.value(5)).isEqualTo(50);
        machine.drain();
        assertThat(machine.tier.contents()).hasSize(1);
        assertThat(machine.counter(CountersLayout.REGION_BYTES_IN)).isEqualTo(4096);
    }

    @Test
    void writeToAStoredPageBringsItInWritableAndFreesTheCopy() {
        pages.stored(5, 50);
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertServed(5, true);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.value(5)).isEqualTo(50);
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void sameFilledPageIsMadeFromItsWord() {
        pages.present(5, -3, -3);
        for (long at = 0; at < 4096; at += 8) {
            pages.write(5, at, -3);
        }
        pages.demote(5);
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_SAME_FILLED);
        assertServed(5, false);
        assertThat(machine.kernel.value(5)).isEqualTo(-3);
    }

    // ---- migrating down

    @Test
    void minorFaultOnADemotingPageAbortsTheMigration() {
        pages.present(5, 50);
        machine.tier.beforeStore(() -> {
            machine.kernel.zap(machine.address(5), 4096);
            assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_MINOR);
            assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        });
        assertThat(pages.demote(5).kept).containsExactly(5L);
        assertServed(5, true);
        assertThat(machine.kernel.value(5)).isEqualTo(50);
    }

    @Test
    void writeProtectFaultOnADemotingPageAbortsTheMigration() {
        pages.present(5, 50);
        machine.tier.beforeStore(() -> {
            assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_WRITE_PROTECT);
            pages.write(5, 0, 51);
        });
        assertThat(pages.demote(5).kept).containsExactly(5L);
        assertServed(5, true);
        assertThat(machine.kernel.value(5)).isEqualTo(51);
    }

    @Test
    void faultOnAPunchingPageIsLeftToItsOwnerAndWoken() {
        pages.present(5, 50);
        machine.kernel.after("punch", () -> {
            assertThat(machine.state(5)).isEqualTo(PageWord.PUNCHING);
            assertThat(fault(5, true)).isEqualTo(-1);
            assertThat(machine.kernel.isWaiting(5)).isTrue();
        });
        assertThat(pages.demote(5).demoted).containsExactly(5L);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertThat(machine.kernel.value(5)).isEqualTo(50);
    }

    @Test
    void faultOnALockedPageIsLeftToItsOwner() {
        PageTable table = machine.region.table();
        long locked = table.lock(5, table.get(5));
        assertThat(fault(5, true)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isTrue();
        table.unlockAbsent(5, locked);
    }

    // ---- MINOR and WP, present

    @Test
    void readOfACleanUnmappedPageMapsItProtected() {
        pages.clean(5, 50);
        machine.kernel.zap(machine.address(5), 4096);
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_MINOR);
        assertServed(5, false);
        assertThat(machine.state(5)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isProtected(5)).isTrue();
        assertThat(machine.region.clearReference(5)).isTrue();
    }

    @Test
    void writeToACleanUnmappedPageMapsItWritableAndFreesTheCopy() {
        pages.clean(5, 50);
        machine.kernel.zap(machine.address(5), 4096);
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_MINOR);
        assertServed(5, true);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void writeToACleanMappedPageUnprotectsItAndFreesTheCopy() {
        pages.clean(5, 50);
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_WRITE_PROTECT);
        assertServed(5, true);
        assertThat(machine.state(5)).isEqualTo(PageWord.PRESENT);
        machine.drain();
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void presentPageThatADemotionLeftProtectedIsUnprotected() {
        pages.present(5, 50);
        machine.tier.refuseWith(Tier.NO_CAPACITY);
        pages.demote(5);
        assertThat(machine.kernel.isProtected(5)).isTrue();
        assertThat(fault(5, true)).isEqualTo(CountersLayout.FAULT_WRITE_PROTECT);
        assertServed(5, true);
    }

    @Test
    void secondFaultOnAPageThatIsMappedByNowIsWoken() {
        pages.present(5, 50);
        machine.kernel.zap(machine.address(5), 4096);
        SimulatedKernel.Fault late = machine.kernel.fault(5, false);
        pages.steal(5);
        SimulatedKernel.Fault again = machine.kernel.fault(6, false);
        assertThat(handler.handle(late.address, late.flags)).isEqualTo(CountersLayout.FAULT_MINOR);
        handler.handle(again.address, again.flags);
        assertServed(5, true);
    }

    @Test
    void minorFaultsInOrderMapWhatFollows() {
        for (int page = 0; page < 64; page++) {
            pages.present(page, page);
        }
        machine.kernel.zap(machine.address(0), 64 * 4096);
        fault(0, false);
        fault(1, false);
        fault(2, false);
        fault(4, false);
        assertThat(machine.kernel.isMapped(7)).isTrue();
        assertThat(machine.kernel.isMapped(8)).isFalse();
        assertServed(4, true);
    }

    // ---- COPY races

    @Test
    void pageThatIsInMemoryThoughItsWordSaysLowerIsPunchedAndReplaced() {
        pages.stored(5, 50);
        staleCache(5);
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertThat(machine.kernel.takeLog()).contains("punch 5+1");
        assertServed(5, false);
        assertThat(machine.kernel.value(5)).isEqualTo(50);
    }

    /** Puts a page of other contents in the memfd behind everybody's back. */
    private void staleCache(long page) {
        byte[] junk = new byte[4096];
        java.util.Arrays.fill(junk, (byte) 9);
        machine.kernel.writeFile(page, junk);
        machine.kernel.takeLog();
    }

    @Test
    void faultWithoutBudgetIsDeferred() {
        machine.leaveAvailable(0);
        assertThat(fault(5, true)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isTrue();
        assertThat(deferred.poll()).isEqualTo(machine.region.pageId(5));
        assertThat(machine.pressure.missing).hasValue(1);
        assertThat(machine.counter(CountersLayout.REGION_DEFERRED_FAULTS)).isEqualTo(1);
        assertThat(machine.state(5)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void faultWithoutMemoryInTheCgroupIsDeferredAndUncharged() {
        machine.kernel.limitMemory(0);
        assertThat(fault(5, true)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isTrue();
        assertThat(deferred.poll()).isEqualTo(machine.region.pageId(5));
    }

    @Test
    void faultThatCannotEvenBeDeferredIsWokenToComeAgain() {
        machine.leaveAvailable(0);
        for (int i = 0; i < DeferredFaults.CAPACITY; i++) {
            assertThat(deferred.offer(i)).isTrue();
        }
        fault(5, true);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
    }

    // ---- cannot be served

    @Test
    void corruptPageIsRecordedThenPoisoned() {
        pages.stored(5, 50);
        machine.tier.corrupt(5, Tier.CORRUPT);
        machine.kernel.before(
                "poison",
                () -> assertThat(machine.counter(CountersLayout.REGION_FAILED_PAGES))
                        .isEqualTo(1));
        assertThat(fault(5, false)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        assertThatThrownBy(() -> machine.kernel.touch(5, false))
                .as("an evicted page leaves a marker that UFFDIO_POISON refuses to replace")
                .isInstanceOf(SimulatedKernel.PoisonedException.class);
        assertThat(machine.region.failures().from(0, 10))
                .singleElement()
                .matches(entry -> entry.page() == 5
                        && entry.failure().cause() == ErrorCode.CORRUPT
                        && entry.failure().tier().equals("sim"));
    }

    @Test
    void brokenTierIsAnIoFailure() {
        pages.stored(5, 50);
        machine.tier.corrupt(5, Tier.IO_ERROR);
        fault(5, true);
        assertThat(machine.region.failures().from(0, 10))
                .singleElement()
                .matches(entry -> entry.failure().cause() == ErrorCode.IO);
    }

    @Test
    void touchOfAFailedPageWhosePoisonWasZappedIsPoisonedAgain() {
        pages.failed(5, 50);
        machine.kernel.zap(machine.address(5), 4096);
        assertThat(fault(5, false)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
        assertThatThrownBy(() -> machine.kernel.touch(5, false)).isInstanceOf(SimulatedKernel.PoisonedException.class);
        assertThat(machine.state(5)).isEqualTo(PageWord.FAILED);
    }

    @Test
    void touchOfAFailedPageWaitsIfThatIsThePolicy() {
        policy(FailurePolicy.WAIT);
        pages.failed(5, 50);
        assertThat(fault(5, false)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isTrue();
        assertThat(machine.kernel.isPoisoned(5)).isFalse();
    }

    @Test
    void touchOfAFailedPageEndsTheApplicationIfThatIsThePolicy() {
        policy(FailurePolicy.ABORT_PROCESS);
        pages.failed(5, 50);
        assertThat(machine.aborts.get()).isEqualTo(1);
        fault(5, false);
        assertThat(machine.aborts.get()).isEqualTo(2);
    }

    /** The signal may be refused: then it ends in an error, and not in waiting. */
    @Test
    void touchOfAFailedPageEndsInPoisonWhereTheApplicationMayNotBeEnded() {
        policy(FailurePolicy.ABORT_PROCESS);
        machine.mayAbort = false;
        pages.failed(5, 50);
        assertThat(machine.aborts.get()).isZero();
        assertThat(machine.kernel.isPoisoned(5)).isTrue();
    }

    @Test
    void pageLostFromTheMemfdIsFailedNotZero() {
        pages.present(5, 50);
        machine.kernel.punch(5, 1);
        assertThat(fault(5, false)).isEqualTo(-1);
        assertThat(machine.state(5)).isEqualTo(PageWord.FAILED);
    }

    @Test
    void cleanPageLostFromTheMemfdIsFetchedAgain() {
        pages.clean(5, 50);
        machine.kernel.punch(5, 1);
        assertThat(fault(5, false)).isEqualTo(CountersLayout.FAULT_FETCH);
        assertServed(5, false);
        assertThat(machine.kernel.value(5)).isEqualTo(50);
    }

    @Test
    void faultOnAnUnknownAddressIsWoken() {
        SimulatedKernel.Fault fault = machine.kernel.fault(5, false);
        machine.regions.remove(machine.region);
        assertThat(handler.handle(fault.address, fault.flags)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
    }

    // ---- read-ahead

    @Test
    void faultsInOrderBringInTwiceAsManyEachTime() {
        fault(0, true);
        fault(1, true);
        fault(2, true);
        fault(4, true);
        assertThat(machine.state(7)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.state(8)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.counter(CountersLayout.REGION_READ_AHEAD_PAGES)).isEqualTo(4);
    }

    @Test
    void readAheadEndsWithTheRegion() {
        machine.region.advice().set(0, 2048, AdviceCode.SEQUENTIAL);
        fault(2040, false);
        assertThat(machine.state(2047)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.counter(CountersLayout.REGION_READ_AHEAD_PAGES)).isEqualTo(7);
    }

    @Test
    void pagesThatAreInDramAlreadyDoNotMakeAScanStartAgain() {
        for (int page = 10; page < 20; page++) {
            pages.present(page, page);
        }
        machine.region.advice().set(0, 1, AdviceCode.SEQUENTIAL);
        fault(0, false);
        fault(20, false);
        assertThat(machine.state(9)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.state(83)).isEqualTo(PageWord.CLEAN);
    }

    @Test
    void pagesOfAStreamThatEndedAreCountedAsWasted() {
        machine.region.advice().set(0, 1, AdviceCode.SEQUENTIAL);
        fault(0, false);
        machine.region.advice().set(0, 2048, AdviceCode.SEQUENTIAL);
        for (int page = 200; page <= 900; page += 100) {
            fault(page, false);
        }
        assertThat(machine.counter(CountersLayout.REGION_READ_AHEAD_WASTED)).isEqualTo(63);
    }

    @ParameterizedTest
    @ValueSource(ints = {AdviceCode.RANDOM, AdviceCode.BYPASS})
    void adviceAgainstReadAheadBringsInOnePageAtATime(int advice) {
        machine.region.advice().set(0, 2048, advice);
        for (int page = 0; page < 8; page++) {
            fault(page, true);
        }
        assertThat(machine.counter(CountersLayout.REGION_READ_AHEAD_PAGES)).isZero();
    }

    @Test
    void pagesThatBypassMemoryWakeReclaimNowAndThen() {
        machine.region.advice().set(0, 2048, AdviceCode.BYPASS);
        for (int page = 0; page < 64; page++) {
            fault(page, false);
        }
        assertThat(machine.pressure.missing).hasValue(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {AdviceCode.SEQUENTIAL, AdviceCode.DROP_BEHIND})
    void adviceToReadInOrderReadsAheadFromTheFirstFault(int advice) {
        machine.region.advice().set(0, 2048, advice);
        fault(0, false);
        assertThat(machine.state(63)).isEqualTo(PageWord.CLEAN);
    }

    @Test
    void faultThatHadToWaitForMemoryHasEarnedNoReadAhead() {
        machine.leaveAvailable(0);
        fault(5, true);
        machine.kernel.wakeNow(5);
        machine.leaveAvailable(64);
        fault(5, true);
        assertThat(machine.state(6)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void busyKernelIsAskedAgain() {
        SimulatedKernel.Fault fault = machine.kernel.fault(5, true);
        int[] busy = {3};
        machine.kernel.refuse("copy", () -> busy[0]-- > 0 ? -11 : 0);
        assertThat(handler.handle(fault.address, fault.flags)).isEqualTo(CountersLayout.FAULT_ZERO_FILL);
        assertServed(5, true);
    }

    @Test
    void kernelThatIsBusyForEverGetsTheFaultBack() {
        SimulatedKernel.Fault fault = machine.kernel.fault(5, true);
        machine.kernel.refuse("copy", () -> -11);
        assertThat(handler.handle(fault.address, fault.flags)).isEqualTo(-1);
        assertThat(machine.kernel.isWaiting(5)).isFalse();
    }
}
