// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.PageFailures;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedKernel;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tiers that do not answer: what waits for one ends at its deadline, and what comes back late is not shown. */
class TierDeadlineTest {
    private static final long MAX_STALL_NS = 1_000_000_000L;

    private Machine machine = new Machine(64, FailurePolicy.POISON, MAX_STALL_NS);
    private Pages pages = new Pages(machine);

    private FaultHandler handler() {
        return new FaultHandler(
                machine.regions,
                machine.mm,
                new Promoter(machine.mm, machine.budget, machine.events, machine.failureAction, true),
                new ResidentMapper(machine.mm, machine.budget, machine.events, machine.failureAction),
                machine.failureAction,
                new DeferredFaults(),
                machine.pressure,
                new FaultStreams());
    }

    private RangeCommands commands() {
        return new RangeCommands(machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);
    }

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    private int fault(FaultHandler handler, long page) {
        SimulatedKernel.Fault fault = machine.kernel.fault(page, false);
        return handler.handle(fault.address, fault.flags);
    }

    private @Nullable ErrorCode failure() {
        PageFailures.Entry entry = machine.region.failures().first(0, 64);
        return entry == null ? null : entry.failure().cause();
    }

    private void expireAt(long ns) {
        machine.failureAction.expireFetches(machine.mm, ns);
    }

    @Test
    void aTouchEndsAtItsDeadlineAndItsPageIsFailedOnceTheFetchIsBack() {
        pages.stored(4, 40);
        machine.tier.beforeFetch(() -> {
            expireAt(0);
            expireAt(MAX_STALL_NS - 1);
            assertThat(failure()).as("in time").isNull();
            expireAt(MAX_STALL_NS);
            assertThat(machine.state(4)).as("its owner is still away").isEqualTo(PageWord.LOCKED);
            assertThat(machine.kernel.isPoisoned(4)).isTrue();
            assertThat(machine.kernel.isWaiting(4)).isFalse();
        });
        assertThat(fault(handler(), 4)).isNegative();
        assertThat(machine.state(4)).isEqualTo(PageWord.FAILED);
        assertThat(failure()).isEqualTo(ErrorCode.DEADLINE);
        assertThat(machine.kernel.isCached(4)).isFalse();
    }

    @Test
    void itComesBackByARepair() throws CommandException {
        pages.stored(4, 40);
        machine.tier.beforeFetch(() -> {
            expireAt(0);
            expireAt(MAX_STALL_NS);
        });
        fault(handler(), 4);
        assertThat(commands().repair(machine.region, 0, 64, false)).isEqualTo(1);
        assertThat(machine.kernel.value(4)).isEqualTo(40);
        assertThat(failure()).isNull();
    }

    @Test
    void aTouchThatIsToWaitWaitsForTheTier() {
        machine.close();
        machine = new Machine(64, FailurePolicy.WAIT, MAX_STALL_NS);
        pages = new Pages(machine);
        pages.stored(4, 40);
        machine.tier.beforeFetch(() -> {
            expireAt(0);
            expireAt(10 * MAX_STALL_NS);
        });
        fault(handler(), 4);
        assertThat(failure()).isNull();
        assertThat(machine.kernel.value(4)).isEqualTo(40);
    }

    @Test
    void aFetchIsNotTakenForTheOneBefore() {
        pages.stored(4, 40);
        pages.stored(9, 90);
        FaultHandler handler = handler();
        machine.tier.beforeFetch(() -> expireAt(0));
        fault(handler, 4);
        machine.tier.beforeFetch(() -> expireAt(10 * MAX_STALL_NS));
        fault(handler, 9);
        assertThat(failure()).isNull();
        assertThat(machine.kernel.value(9)).isEqualTo(90);
    }

    @Test
    void aReadWithoutATouchSaysSo() {
        pages.stored(4, 40);
        machine.tier.beforeFetch(() -> {
            expireAt(0);
            expireAt(MAX_STALL_NS);
        });
        RangeCommands commands = commands();
        try (Arena arena = Arena.ofConfined()) {
            long target = arena.allocate(8).address();
            assertThatThrownBy(() -> commands.read(
                            machine.region, new long[] {4 * SimulatedKernel.PAGE}, 8, target, MAX_STALL_NS))
                    .asInstanceOf(type(CommandException.class))
                    .extracting(CommandException::code)
                    .isEqualTo(ErrorCode.DEADLINE);
        }
        assertThat(machine.state(4)).isEqualTo(PageWord.FAILED);
    }
}
