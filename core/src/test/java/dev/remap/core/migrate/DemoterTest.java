// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Pages;
import dev.remap.driver.Tier;
import dev.remap.linux.Errno;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.PageWord;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds migration down to its order, and shows that a touch at any moment keeps the page and what it holds. */
class DemoterTest {
    private final Machine machine = new Machine(64);
    private final Pages pages = new Pages(machine);

    @AfterEach
    void accountIsExact() {
        machine.drain();
        machine.checkAccounting();
        machine.close();
    }

    @Test
    void pagesAreProtectedThenCopiedThenPunchedThenWoken() {
        pages.present(4, 40);
        pages.present(5, 50);
        pages.present(9, 90);
        machine.kernel.takeLog();
        assertThat(pages.demote(4, 5, 9).demoted).containsExactly(4L, 5L, 9L);
        assertThat(machine.kernel.takeLog())
                .containsExactly(
                        "protect 4+2",
                        "protect 9+1",
                        "read 4+1",
                        "read 5+1",
                        "read 9+1",
                        "punch 4+2",
                        "wake 4+2",
                        "punch 9+1",
                        "wake 9+1");
        assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.tierOf(4)).isEqualTo(PageWord.TIER_FIRST);
        assertThat(machine.counter(CountersLayout.REGION_EVICTED_PAGES)).isEqualTo(3);
        assertThat(machine.counter(CountersLayout.REGION_BYTES_OUT)).isEqualTo(3 * 4096);
    }

    @Test
    void locationIsPublishedBeforeThePageIsPunched() {
        pages.present(4, 40);
        machine.kernel.before("punch", () -> {
            assertThat(machine.state(4)).isEqualTo(PageWord.PUNCHING);
            assertThat(machine.tier.contents())
                    .containsEntry(PageWord.location(machine.region.table().get(4)), 4L);
        });
        machine.kernel.after("punch", () -> assertThat(machine.state(4)).isEqualTo(PageWord.PUNCHING));
        machine.kernel.before("wake", () -> assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT));
        assertThat(pages.demote(4).demoted).containsExactly(4L);
    }

    @Test
    void wholeDemotionComesBackAsItWas() {
        pages.stored(7, 77);
        pages.present(7, 78);
        pages.stored(8, 88);
        pages.clean(8, 89);
        assertThat(machine.kernel.value(8)).isEqualTo(89);
        assertThat(machine.kernel.value(7)).isEqualTo(78);
    }

    @ParameterizedTest
    @ValueSource(strings = {"before protect", "after protect", "before read", "after read"})
    void touchOfADemotingPageKeepsItWithItsNewContents(String when) {
        pages.present(3, 30);
        pages.present(4, 40);
        pages.present(5, 50);
        Runnable touch = () -> {
            assertThat(machine.state(4)).isEqualTo(PageWord.DEMOTING);
            pages.steal(4);
            if (machine.kernel.isWritable(4)) {
                pages.write(4, 0, 41);
            }
        };
        hook(when, touch);
        Pages.Written record = pages.demote(3, 4, 5);
        assertThat(record.demoted).containsExactly(3L, 5L);
        assertThat(record.kept).containsExactly(4L);
        pages.steal(4);
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.kernel.value(4)).isEqualTo(41);
    }

    @Test
    void touchWhileThePageIsStoredFreesTheCopyAndKeepsThePage() {
        pages.present(4, 40);
        machine.tier.beforeStore(() -> {
            pages.steal(4);
            pages.write(4, 0, 41);
        });
        assertThat(pages.demote(4).kept).containsExactly(4L);
        assertThat(machine.kernel.value(4)).isEqualTo(41);
        assertThat(machine.tier.contents()).isEmpty();
    }

    @Test
    void pageStolenByADiscardIsNotPunchedAgain() {
        pages.present(4, 40);
        RangeCommands commands = commands();
        machine.tier.beforeStore(() -> {
            discard(commands, 4);
            pages.present(4, 42);
        });
        assertThat(pages.demote(4).kept).containsExactly(4L);
        assertThat(machine.kernel.value(4)).isEqualTo(42);
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
    }

    @Test
    void waiterOfAPunchedPageIsWoken() {
        pages.present(4, 40);
        machine.kernel.after(
                "punch", () -> assertThat(machine.kernel.touch(4, false)).isNotNull());
        pages.demote(4);
        assertThat(machine.kernel.isWaiting(4)).isFalse();
    }

    @Test
    void pinnedPagesStay() {
        pages.present(4, 40);
        pages.clean(5, 50);
        machine.region.pin(4);
        machine.region.pin(5);
        Pages.Written record = pages.demote(4, 5);
        assertThat(record.kept).containsExactly(4L, 5L);
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
        assertThat(machine.state(5)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isWritable(4)).isTrue();
        machine.region.unpin(4);
        machine.region.unpin(5);
    }

    @Test
    void pinThatStealsADemotingPageEndsWithAWritableMapping() {
        pages.present(4, 40);
        machine.kernel.before("protect", () -> {
            machine.region.pin(4);
            pages.steal(4);
        });
        assertThat(pages.demote(4).kept).containsExactly(4L);
        assertThat(machine.kernel.isWritable(4))
                .as("a pin promises a writable mapping, also to the kernel")
                .isTrue();
        machine.region.unpin(4);
    }

    @ParameterizedTest
    @ValueSource(longs = {Tier.NO_CAPACITY, Tier.INCOMPRESSIBLE, Tier.IO_ERROR})
    void pageThatNoTierTakesStaysPresent(long error) {
        pages.present(4, 40);
        machine.tier.refuseWith(error);
        assertThat(pages.demote(4).refused).containsExactly(4L);
        assertThat(machine.state(4)).isEqualTo(PageWord.PRESENT);
        machine.tier.refuseWith(0);
        pages.steal(4);
        assertThat(machine.kernel.value(4)).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                (1L << 39) - 1,
                -(1L << 39),
                1L << 39,
                -(1L << 39) - 1,
                0x0101_0101_0101_0101L,
                0x8000_0001_8000_0001L,
                0xFFFF_FFFE_FFFF_FFFEL,
                0x7FFF_FFFF_7FFF_FFFFL,
                Long.MIN_VALUE,
                0x0123_4567_89AB_CDEFL
            })
    void sameFilledPageKeepsItsValueInTheWordOrGoesToATier(long value) {
        pages.present(4, value, value);
        for (long at = 8; at < 4096; at += 8) {
            pages.write(4, at, value);
        }
        assertThat(pages.demote(4).demoted).containsExactly(4L);
        boolean fits = (value << 24) >> 24 == value || (int) value == (int) (value >>> 32);
        assertThat(machine.tier.stores()).isEqualTo(fits ? 0 : 1);
        assertThat(machine.tierOf(4))
                .matches(tier -> value == 0
                        ? tier == PageWord.TIER_NONE
                        : fits == PageWord.isFill(tier) && PageWord.isStored(tier) != fits);
        machine.checkAccounting();
        pages.present(4, value, value);
        assertThat(machine.kernel.value(4)).isEqualTo(value);
        assertThat(machine.counter(CountersLayout.REGION_SAME_FILLED_PAGES)).isZero();
    }

    @Test
    void cleanPageIsPublishedWithoutBeingCopied() {
        pages.clean(4, 40);
        int stores = machine.tier.stores();
        machine.kernel.takeLog();
        assertThat(pages.demote(4).demoted).containsExactly(4L);
        assertThat(machine.kernel.takeLog()).containsExactly("punch 4+1", "wake 4+1");
        assertThat(machine.tier.stores()).isEqualTo(stores);
        assertThat(machine.counter(CountersLayout.REGION_CLEAN_EVICTED_PAGES)).isEqualTo(1);
    }

    @Test
    void absentAndRepeatedVictimsAreKept() {
        pages.present(4, 40);
        Pages.Written record = pages.demote(3, 4, 4);
        assertThat(record.demoted).containsExactly(4L);
        assertThat(record.kept).containsExactly(3L, 4L);
    }

    private void hook(String when, Runnable action) {
        String operation = when.substring(when.indexOf(' ') + 1);
        if (when.startsWith("before")) {
            machine.kernel.before(operation, action);
        } else {
            machine.kernel.after(operation, action);
        }
    }

    private RangeCommands commands() {
        return new RangeCommands(machine.mm, machine.budget, machine.events, machine.pressure, machine.failureAction);
    }

    private void discard(RangeCommands commands, long page) {
        try {
            commands.discard(machine.region, page, 1);
        } catch (CommandException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void pagesThatTheKernelWillNotPunchStayCleanAndLeaveTheNextTime() {
        pages.present(4, 40);
        pages.present(5, 50);
        machine.kernel.refuse("punch", () -> -Errno.ENOMEM);
        assertThat(pages.demote(4, 5).kept).containsExactly(4L, 5L);
        assertThat(machine.state(4)).isEqualTo(PageWord.CLEAN);
        assertThat(machine.kernel.isProtected(5)).isTrue();
        machine.kernel.refuse("punch", () -> 0);
        assertThat(pages.demote(4, 5).demoted).containsExactly(4L, 5L);
        assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT);
    }

    @Test
    void aPageThatIsGoneAlthoughThePunchFailedIsAbsent() {
        pages.present(4, 40);
        pages.present(5, 50);
        AtomicInteger punches = new AtomicInteger();
        machine.kernel.refuse("punch", () -> punches.getAndIncrement() == 0 ? 0 : -Errno.EIO);
        machine.kernel.before("punch", () -> machine.kernel.punch(4, 1));
        Pages.Written record = pages.demote(4, 5);
        assertThat(record.demoted).containsExactly(4L);
        assertThat(record.kept).containsExactly(5L);
        assertThat(machine.state(4)).isEqualTo(PageWord.ABSENT);
        assertThat(machine.state(5)).isEqualTo(PageWord.CLEAN);
        machine.kernel.refuse("punch", () -> 0);
    }
}
