// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.remap.core.page.PageTable;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.core.sim.SimulatedKernel;
import dev.remap.driver.Tier;
import dev.remap.wire.ErrorCode;
import dev.remap.wire.PageWord;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that bring nothing in. */
@Timeout(60)
class ScatteredReadTest {
    private static final int PAGES = 1024;
    private static final long TIMEOUT_NS = 20_000_000_000L;
    private static final long SHORT_NS = 20_000_000L;

    private final Machine machine = new Machine(PAGES);
    private final Pages pages = new Pages(machine);
    private final MemorySegment target = Arena.ofAuto().allocate(1 << 20, 8);
    private final RangeCommands commands =
            new RangeCommands(machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);

    @AfterEach
    void figuresAddUp() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    private void read(long lengthEach, long... offsets) throws CommandException {
        commands.read(machine.region, offsets, lengthEach, target.address(), TIMEOUT_NS);
    }

    private long got(int i) {
        return target.getAtIndex(ValueLayout.JAVA_LONG, i);
    }

    @Test
    void readsPagesInEveryStateAndLeavesThemThere() throws CommandException {
        machine.addLowerTier();
        pages.present(1, 10);
        pages.clean(2, 20);
        pages.stored(3, 30);
        pages.present(4, 44, 44);
        for (long at = 0; at < SimulatedKernel.PAGE; at += 8) {
            pages.write(4, at, 44);
        }
        assertThat(pages.demote(4).demoted).containsExactly(4L);
        machine.tier.capacity(2);
        pages.stored(5, 50);
        long used = machine.budget.used();
        read(8, page(1), page(2), page(3), page(4), page(5), page(6));
        assertThat(LongStream.range(0, 6).map(i -> got((int) i))).containsExactly(10L, 20L, 30L, 44L, 50L, 0L);
        assertThat(machine.state(3)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.tierOf(5)).isEqualTo(PageWord.TIER_FIRST + 1);
        assertThat(machine.budget.used()).isEqualTo(used);
        machine.tier.capacity(Long.MAX_VALUE);
    }

    private static long page(long page) {
        return page * SimulatedKernel.PAGE;
    }

    @Test
    void readsRangesOverPageBoundariesAndTheSamePageTwice() throws CommandException {
        for (int page = 0; page < 300; page++) {
            pages.stored(page, page * 100L);
        }
        read(SimulatedKernel.PAGE, page(10) + 8, page(10) + 8);
        long last = SimulatedKernel.PAGE / 8 - 1;
        assertThat(got((int) last)).isEqualTo(1100);
        assertThat(got((int) last - 1)).isEqualTo(~1000L);
        assertThat(got((int) (2 * last + 1))).isEqualTo(1100);
        read(200L * SimulatedKernel.PAGE, page(50));
        for (int page = 0; page < 200; page++) {
            assertThat(got(page * SimulatedKernel.PAGE / 8)).isEqualTo((50 + page) * 100L);
        }
    }

    private boolean tryRead(long lengthEach, long... offsets) throws CommandException {
        return commands.tryRead(machine.region, offsets, lengthEach, target.address());
    }

    @Test
    void fewPagesThatAreAtHandAreReadAtOnce() throws CommandException {
        pages.present(1, 10);
        pages.clean(2, 20);
        pages.stored(3, 30);
        assertThat(tryRead(8, page(1), page(2), page(3), page(6))).isTrue();
        assertThat(LongStream.range(0, 4).map(i -> got((int) i))).containsExactly(10L, 20L, 30L, 0L);
        assertThat(tryRead(8, page(1), page(2), page(3), page(6), page(7)))
                .as("too many")
                .isFalse();
        assertThat(tryRead(4 * SimulatedKernel.PAGE, page(1) + 8))
                .as("too long")
                .isFalse();
    }

    @Test
    void whatTakesLongIsNotReadAtOnce() throws CommandException {
        pages.stored(3, 30);
        PageTable table = machine.region.table();
        long locked = table.lock(3, table.get(3));
        assertThat(tryRead(8, page(3))).as("in other hands").isFalse();
        table.unlockAbsent(3, locked);
        assertThat(tryRead(8, page(3))).isTrue();
        machine.tier.corrupt(3, Tier.CORRUPT);
        assertThatThrownBy(() -> tryRead(8, page(3)))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.CORRUPT);
        machine.tier.heal();
        machine.region.tiers(List.of(new PagedRegion.NamedTier("disk", false, true, machine.tier)));
        assertThat(tryRead(8, page(3))).as("on a disk").isFalse();
        read(8, page(3));
        assertThat(got(0)).isEqualTo(30);
    }

    @Test
    void aPageThatCannotBeFetchedIsToldAndNotPoisoned() {
        pages.stored(3, 30);
        machine.tier.corrupt(3, Tier.CORRUPT);
        assertThatThrownBy(() -> read(8, page(3)))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.CORRUPT);
        assertThat(machine.state(3)).isEqualTo(PageWord.ABSENT);
        machine.tier.heal();
    }

    @Test
    void aFailedPageIsToldWithItsCause() {
        pages.failed(3, 30);
        assertThatThrownBy(() -> read(8, page(2), page(3)))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.CORRUPT);
    }

    @Test
    void aPageInOtherHandsIsWaitedFor() throws Exception {
        pages.stored(3, 30);
        PageTable table = machine.region.table();
        long locked = table.lock(3, table.get(3));
        assertThatThrownBy(() -> commands.read(machine.region, new long[] {page(3)}, 8, target.address(), SHORT_NS))
                .asInstanceOf(type(CommandException.class))
                .matches(e -> e.code() == ErrorCode.DEADLINE);
        Thread owner = Thread.ofPlatform().start(() -> table.unlockAbsent(3, locked));
        read(8, page(3));
        owner.join();
        assertThat(got(0)).isEqualTo(30);
    }

    @Test
    void aTouchDuringTheFetchWaitsAndIsWoken() throws Exception {
        pages.stored(3, 30);
        machine.tier.fetchDelayNs(50_000_000);
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                read(8, page(3));
            } catch (CommandException e) {
                throw new AssertionError(e);
            }
        });
        while (machine.state(3) != PageWord.LOCKED) {
            Thread.onSpinWait();
        }
        SimulatedKernel.Fault fault = machine.kernel.fault(3, false);
        reader.join();
        assertThat(machine.kernel.isWaiting(3)).as("woken: " + fault.address).isFalse();
        assertThat(got(0)).isEqualTo(30);
    }
}
