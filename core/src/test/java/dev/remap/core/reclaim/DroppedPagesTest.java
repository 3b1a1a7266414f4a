// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.migrate.Demoter;
import dev.remap.core.sim.Pages;
import dev.remap.driver.Tier;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What DROP_BEHIND and BYPASS do to who stays in DRAM. The first pages of the region are scanned; the others are somebody else's. */
class DroppedPagesTest {
    private static final int SCAN = 4096;
    private static final int OTHERS = 2048;
    private static final int KEPT = Residents.KEPT;

    private final SingleThread run = new SingleThread(SCAN + OTHERS, "s3fifo");

    @AfterEach
    void close() {
        run.close();
    }

    private void advise(int advice) {
        run.region.advice().set(0, SCAN, advice);
    }

    private void touch(long first, long pages) {
        for (long page = first; page < first + pages; page++) {
            run.touch(page, true);
        }
    }

    // ---- DROP_BEHIND

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void scanOfFourTimesTheBudgetLeavesAllOthersInDramAndMapped(String policy) {
        try (SingleThread scan = new SingleThread(SCAN + OTHERS, policy)) {
            assertThat((long) SCAN).isGreaterThanOrEqualTo(4 * scan.machine.budget.limit());
            scan.region.advice().set(0, SCAN, AdviceCode.DROP_BEHIND);
            for (int page = 0; page < 600; page++) {
                scan.touch(SCAN + page, true);
            }
            for (int page = 0; page < SCAN; page++) {
                scan.touch(page, page % 2 == 0);
            }
            assertThat(scan.resident(SCAN, 600)).isEqualTo(600);
            assertThat(scan.unmapped).as("they were not even tried").isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void readerBesideAScanHitsAsIfThereWereNone(String policy) {
        IntUnaryOperator zipf = u -> (int) Math.exp(u / 1e9 * Math.log(OTHERS)) - 1; // exponent 1
        double alone = hitsOfAReader(policy, zipf, AdviceCode.NORMAL, 0);
        double plain = hitsOfAReader(policy, zipf, AdviceCode.NORMAL, 2);
        double dropping = hitsOfAReader(policy, zipf, AdviceCode.DROP_BEHIND, 2);
        double bypassing = hitsOfAReader(policy, zipf, AdviceCode.BYPASS, 2);
        System.out.printf(
                "%-6s hits of a Zipf reader: alone %.1f %%, beside a scan %.1f %%, with DROP_BEHIND %.1f %%, with BYPASS %.1f %%%n",
                policy, alone, plain, dropping, bypassing);
        assertThat(dropping).isGreaterThan(alone - 4).isGreaterThan(plain + (policy.equals("clock") ? 20 : -1));
        assertThat(bypassing).isGreaterThan(alone - 2).isGreaterThan(plain + (policy.equals("clock") ? 20 : 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void readerOfPagesThatFitNeverMissesBesideAScan(String policy) {
        IntUnaryOperator uniform = u -> u % 600;
        double plain = hitsOfAReader(policy, uniform, AdviceCode.NORMAL, 2);
        System.out.printf("%-6s hits of a uniform reader of pages that fit, beside a scan %.2f %%%n", policy, plain);
        assertThat(plain).isLessThan(policy.equals("clock") ? 60 : 100);
        assertThat(hitsOfAReader(policy, uniform, AdviceCode.DROP_BEHIND, 2)).isEqualTo(100);
        assertThat(hitsOfAReader(policy, uniform, AdviceCode.BYPASS, 2)).isEqualTo(100);
    }

    /**
     * The percentage of touches, after a warm-up, that find their page in DRAM, with so many pages scanned a touch.
     *
     * @param page from a number below 1e9 to one below {@value #OTHERS}
     */
    private static double hitsOfAReader(String policy, IntUnaryOperator page, int advice, int scanned) {
        SplittableRandom random = new SplittableRandom(7);
        try (SingleThread reader = new SingleThread(SCAN + OTHERS, policy)) {
            reader.region.advice().set(0, SCAN, advice);
            int hits = 0;
            int touches = 20_000;
            for (int i = -touches / 2; i < touches; i++) {
                for (int s = 0; s < scanned; s++) {
                    reader.touch(Math.floorMod(i * scanned + s, SCAN), false);
                }
                int rank = page.applyAsInt(random.nextInt(1_000_000_000));
                boolean hit = reader.touch(SCAN + rank * 1_031 % OTHERS, false);
                hits += hit && i >= 0 ? 1 : 0;
            }
            return 100.0 * hits / touches;
        }
    }

    @Test
    void pagesStayMappedUntilTheyAreTakenOldestFirst() {
        advise(AdviceCode.DROP_BEHIND);
        touch(0, 1_000);
        long resident = run.resident(0, 1_000);
        assertThat(run.resident(1_000 - resident, resident)).isEqualTo(resident);
        for (long page = 1_000 - resident; page < 1_000; page++) {
            assertThat(run.machine.kernel.isMapped(page)).isTrue();
        }
        assertThat(run.agent.shrink()).isEqualTo(Demoter.MAX_BATCH);
        assertThat(run.isResident(1_000 - resident + Demoter.MAX_BATCH - 1)).isFalse();
        assertThat(run.isResident(1_000 - resident + Demoter.MAX_BATCH)).isTrue();
    }

    @Test
    void youngestPagesAreTakenLast() {
        advise(AdviceCode.DROP_BEHIND);
        for (int page = 0; page < 100; page++) {
            touch(page, 1);
            touch(SCAN + page, 1);
        }
        assertThat(run.agent.shrink()).isEqualTo(100 - KEPT);
        assertThat(run.resident(0, 100)).isEqualTo(KEPT);
        while (run.resident(SCAN, 100) > 0) {
            assertThat(run.agent.shrink()).isPositive();
        }
        assertThat(run.resident(0, 100)).isEqualTo(KEPT);
        assertThat(run.agent.shrink()).isEqualTo(KEPT);
        assertThat(run.resident(0, SCAN + OTHERS)).isZero();
    }

    @Test
    void pinnedPagesStayAndDoNotHoldUpReclaim() {
        advise(AdviceCode.DROP_BEHIND);
        touch(0, 500);
        touch(SCAN, 100);
        for (int page = 0; page < 500; page++) {
            run.region.pin(page);
        }
        while (run.resident(SCAN, 100) > 0) {
            assertThat(run.agent.shrink()).isPositive();
        }
        assertThat(run.resident(0, 500)).isEqualTo(500);
        for (int page = 0; page < 500; page++) {
            run.region.unpin(page);
        }
        assertThat(shrinkAll()).isEqualTo(500);
    }

    private long shrinkAll() {
        long all = 0;
        for (int freed = run.agent.shrink(); freed > 0; freed = run.agent.shrink()) {
            all += freed;
        }
        return all;
    }

    @Test
    void pagesThatNoTierTakesMakeRoomForVictimsThatNeedNone() {
        advise(AdviceCode.DROP_BEHIND);
        Pages pages = new Pages(run.machine);
        for (int page = 0; page < 300; page++) {
            pages.present(page, page + 1);
        }
        for (int page = 0; page < 100; page++) {
            run.touch(SCAN + page, false);
        }
        run.drain();
        run.machine.tier.refuseWith(Tier.NO_CAPACITY);
        for (int round = 0; round < 10; round++) {
            run.agent.shrink();
        }
        assertThat(run.resident(SCAN, 100)).as("clean pages left").isLessThan(50);
        assertThat(run.resident(0, 300)).isEqualTo(300);
        run.machine.tier.refuseWith(0);
        assertThat(shrinkAll()).as("the others still can").isGreaterThan(300);
    }

    @Test
    void pageThatIsTakenBackWhileItLeavesGoesToTheYoungEnd() {
        advise(AdviceCode.DROP_BEHIND);
        Pages pages = new Pages(run.machine);
        for (int page = 0; page < 200; page++) {
            pages.present(page, page + 1);
        }
        run.drain();
        run.machine.tier.beforeStore(() -> pages.steal(5));
        assertThat(run.agent.shrink()).isEqualTo(63);
        assertThat(run.isResident(5)).isTrue();
        assertThat(run.agent.shrink()).isEqualTo(64);
        assertThat(run.isResident(5)).isTrue();
        assertThat(shrinkAll()).isEqualTo(73);
    }

    @Test
    void pageThatWasDiscardedAndComesBackIsListedOnce() {
        advise(AdviceCode.DROP_BEHIND);
        for (int round = 0; round < 50; round++) {
            touch(0, 10);
            for (int page = 0; page < 10; page++) {
                discard(page);
            }
            run.drain();
        }
        touch(0, 10);
        assertThat(shrinkAll()).isEqualTo(10);
    }

    /** What the command does to a resident page. */
    private void discard(int page) {
        var table = run.region.table();
        long locked = table.lock(page, table.get(page));
        run.machine.kernel.punch(page, 1);
        table.unlockAbsent(page, locked);
        run.region.addResident(page, -1);
        run.region.counters().add(CountersLayout.REGION_RESIDENT_PAGES, -1);
        run.machine.budget.unchargeResident(1);
        run.machine.events.forget(run.region.pageId(page));
    }

    @Test
    void withdrawnAdviceSendsPagesToThePolicy() {
        advise(AdviceCode.DROP_BEHIND);
        touch(0, 200);
        advise(AdviceCode.NORMAL);
        run.agent.shrink();
        assertThat(run.unmapped).as("as all others, they are tried first").isNotEmpty();
        assertThat(shrinkAll() + Demoter.MAX_BATCH).isEqualTo(200);
    }

    @Test
    void pagesThatWereTouchedWhileInactiveFollowTheAdviceOfNow() {
        touch(0, 200);
        run.agent.shrink();
        long left = run.resident(0, 200);
        advise(AdviceCode.DROP_BEHIND);
        for (long page : run.unmapped) {
            if (run.isResident(page)) {
                run.touch(page, true);
            }
        }
        assertThat(shrinkAll()).isEqualTo(left);
    }

    // ---- BYPASS

    @Test
    void pagesThatBypassMemoryLeaveHoweverMuchThereIs() {
        advise(AdviceCode.BYPASS);
        long most = 0;
        for (int page = 0; page < 700; page++) {
            touch(page, 1);
            most = Math.max(most, run.resident(0, 700));
        }
        assertThat(run.machine.budget.belowLow()).isFalse();
        assertThat(most).isEqualTo(KEPT);
        assertThat(run.resident(700 - KEPT, KEPT)).as("the youngest").isEqualTo(KEPT);
    }

    @Test
    void pagesThatBypassMemoryAndArePinnedStay() {
        advise(AdviceCode.BYPASS);
        for (int page = 0; page < 300; page++) {
            run.region.pin(page);
            touch(page, 1);
        }
        assertThat(run.resident(0, 300)).isEqualTo(300);
        for (int page = 0; page < 300; page++) {
            run.region.unpin(page);
        }
        run.reclaim();
        assertThat(run.resident(0, 300)).isEqualTo(KEPT);
    }

    @Test
    void closedRegionLeavesNothingOnTheLists() {
        try (SingleThread closing = new SingleThread(SCAN, "clock")) {
            closing.region.advice().set(0, 200, AdviceCode.DROP_BEHIND);
            closing.region.advice().set(200, 200, AdviceCode.BYPASS);
            for (int page = 0; page < 240; page++) {
                closing.touch(page, true);
            }
            long[] none = new long[64];
            Residents residents = closing.agent.residents();
            residents.close(closing.region);
            assertThat(residents.used(none)).isZero();
            assertThat(residents.victims(none)).isZero();
        }
    }
}
