// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.remap.wire.CountersLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DramBudgetTest {
    private static final long LIMIT = 4096;

    private final MemorySegment counters = Arena.ofAuto().allocate(CountersLayout.FILE_BYTES, 8);
    private final DramBudget budget = new DramBudget(counters, LIMIT);

    @Test
    void limitThatIsTooSmallIsRefusedWithTheArithmetic() {
        assertThatThrownBy(() -> new DramBudget(counters, DramBudget.MIN_LIMIT_PAGES - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a DRAM budget of " + (DramBudget.MIN_LIMIT_PAGES - 1) * 4
                        + " KiB is too small to work with: 512 KiB reserve for reclaim + 512 KiB between the watermarks"
                        + " + 2048 KiB resident pages + 1024 KiB for compressed pages = 4096 KiB at least");
        assertThat(new DramBudget(counters, DramBudget.MIN_LIMIT_PAGES).limit()).isEqualTo(1024);
    }

    @Test
    void faultsLeaveTheReserveToTiers() {
        long forFaults = LIMIT - DramBudget.RESERVE_PAGES;
        assertThat(budget.tryChargeResident(forFaults + 1)).isFalse();
        assertThat(budget.tryChargeResident(forFaults)).isTrue();
        assertThat(budget.available()).isZero();
        assertThat(budget.tryChargeResident(1)).isFalse();
        assertThat(budget.tryCharge(DramBudget.RESERVE_PAGES)).isTrue();
        assertThat(budget.tryCharge(1)).isFalse();
        assertThat(budget.used()).isEqualTo(LIMIT);
        assertThat(budget.tierPages()).isEqualTo(DramBudget.RESERVE_PAGES);
    }

    @Test
    void tiersLeaveRoomForResidentPages() {
        long most = LIMIT - DramBudget.RESERVE_PAGES - 512;
        assertThat(budget.tryCharge(most + 1)).isFalse();
        assertThat(budget.tryCharge(most)).isTrue();
        assertThat(budget.tryChargeResident(512)).isTrue();
        budget.uncharge(most);
        assertThat(budget.tierPages()).isZero();
        assertThat(budget.used()).isEqualTo(512);
    }

    @Test
    void watermarksTellWhenReclaimStartsAndStops() {
        long usable = LIMIT - DramBudget.RESERVE_PAGES;
        assertThat(budget.tryChargeResident(usable - 64)).isTrue();
        assertThat(budget.belowLow()).isFalse();
        assertThat(budget.aboveHigh()).isFalse();
        assertThat(budget.tryChargeResident(1)).isTrue();
        assertThat(budget.belowLow()).isTrue();
        budget.unchargeResident(65);
        assertThat(budget.aboveHigh()).isTrue();
    }

    @Test
    void aLowerLimitLetsNothingInAndLetsPagesMoveIntoTiers() {
        assertThat(budget.tryChargeResident(3000)).isTrue();
        budget.limit(2048);
        assertThat(budget.limit()).isEqualTo(2048);
        assertThat(budget.belowLow()).isTrue();
        assertThat(budget.tryChargeResident(1)).isFalse();
        assertThat(budget.tryCharge(DramBudget.RESERVE_PAGES)).isTrue();
        assertThat(budget.tryCharge(1)).as("more than the reserve on top").isFalse();
        budget.unchargeResident(500);
        assertThat(budget.tryCharge(1)).isTrue();
        budget.unchargeResident(2000);
        assertThat(budget.tryChargeResident(1)).isTrue();
        assertThatThrownBy(() -> budget.limit(1)).hasMessageContaining("too small");
    }

    @Test
    void anotherManagerGoesOnWithTheLimitThatHoldsNow() {
        budget.limit(2048);
        assertThat(DramBudget.of(counters).limit()).isEqualTo(2048);
    }

    @Test
    void faultsNeedNotWaitForTheRoomOfPagesThatDevicesGiveBack() {
        long usable = LIMIT - DramBudget.RESERVE_PAGES;
        budget.chargeAdoptedResident(usable - 10);
        budget.chargeReturned(500);
        assertThat(budget.used()).isEqualTo(usable + 490);
        assertThat(budget.available()).isEqualTo(10);
        assertThat(budget.belowLow()).isTrue();
        assertThat(budget.tryChargeResident(11)).isFalse();
        assertThat(budget.tryChargeResident(10)).isTrue();
        assertThat(budget.tryCharge(DramBudget.RESERVE_PAGES))
                .as("pages move into tiers")
                .isTrue();
        budget.uncharge(DramBudget.RESERVE_PAGES);

        budget.unchargeResident(64); // what reclaim makes room for is half faults' and half the limit's
        assertThat(budget.available()).isEqualTo(32);
        assertThat(budget.tryChargeResident(32)).isTrue();
        for (int i = 0; i < 468; i++) {
            budget.unchargeResident(1); // the last half of something is the limit's
        }
        assertThat(budget.available()).isZero();
        assertThat(budget.used()).isEqualTo(usable);
        assertThat(budget.tryChargeResident(1)).isFalse();
    }

    @Test
    void useExceedsTheLimitNoMoreOnceThereIsRoom() {
        long usable = LIMIT - DramBudget.RESERVE_PAGES;
        budget.chargeAdoptedResident(1000);
        budget.chargeReturned(500);
        budget.unchargeResident(1);
        assertThat(budget.available()).isEqualTo(usable - 1499);
        budget.chargeReturned(500);
        budget.clear(); // at another takeover
        assertThat(budget.available()).isEqualTo(usable);
    }

    @Test
    void peakIsTheMostThatWasEverInUse() {
        assertThat(budget.tryChargeResident(1000)).isTrue();
        assertThat(budget.tryCharge(500)).isTrue();
        budget.unchargeResident(1000);
        assertThat(budget.tryChargeResident(100)).isTrue();
        assertThat(counters.get(ValueLayout.JAVA_LONG, CountersLayout.PEAK_PAGES))
                .isEqualTo(1500);
        assertThat(counters.get(ValueLayout.JAVA_LONG, CountersLayout.BUDGET_PAGES))
                .isEqualTo(LIMIT);
    }

    @Test
    void useNeverPassesTheLimitUnderContentionAndReturnsToNothing() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            SplittableRandom random = new SplittableRandom(t);
            boolean tier = t % 2 == 0;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50_000; i++) {
                    chargeAndGiveBack(random.nextLong(1, 2500), tier);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(counters.get(ValueLayout.JAVA_LONG, CountersLayout.PEAK_PAGES))
                .isBetween(1L, LIMIT);
        assertThat(budget.used()).isZero();
        assertThat(budget.tierPages()).isZero();
    }

    private void chargeAndGiveBack(long pages, boolean tier) {
        if (tier && budget.tryCharge(pages)) {
            budget.uncharge(pages);
        } else if (!tier && budget.tryChargeResident(pages)) {
            budget.unchargeResident(pages);
        }
    }
}
