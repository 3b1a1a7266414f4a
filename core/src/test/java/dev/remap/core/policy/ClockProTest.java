// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockProTest {

    private final ArrayMarks marks = new ArrayMarks(4_000);
    private final ClockPro policy = new ClockPro(marks);

    @AfterEach
    void close() {
        policy.close();
    }

    private void admit(int from, int to) {
        for (int page = from; page < to; page++) {
            policy.admit(page);
        }
    }

    private int state(int page) {
        return marks.get(page) & ClockPro.STATE;
    }

    /** The first pages of all: every tenth, from 0 on, is cold, the others are hot. */
    private void fill(int pages) {
        admit(0, pages);
    }

    private void leave(int page) {
        assertThat(policy.take(page)).isTrue();
        policy.evict(page);
    }

    @Test
    void firstPagesAreHotButForATenth() {
        fill(100);
        for (int page = 0; page < 100; page++) {
            assertThat(state(page)).isEqualTo(page % 10 == 0 ? ClockPro.COLD : ClockPro.HOT);
        }
    }

    @Test
    void coldPagesLeaveInTheOrderTheyCameUntilTheyAreLessThanATwentieth() {
        fill(100);
        for (int page = 0; page <= 50; page += 10) {
            assertThat(policy.candidate()).isEqualTo(page);
        }
        assertThat(policy.candidate()).isOne();
    }

    @Test
    void coldPageTouchedOnTheInactiveListIsHot() {
        fill(100);
        policy.readmit(policy.candidate());
        assertThat(state(0)).isEqualTo(ClockPro.HOT);
    }

    @Test
    void coldPageThatComesBackInItsTestPeriodIsHot() {
        fill(100);
        policy.evict(policy.candidate());
        assertThat(state(0)).isEqualTo(ClockPro.TEST);
        policy.admit(0);
        assertThat(state(0)).isEqualTo(ClockPro.HOT);
        assertThat(policy.refaults()).isOne();
    }

    @Test
    void newPageIsColdWhereThereIsNoRoomAmongTheHotOnes() {
        fill(100);
        policy.evict(policy.candidate());
        policy.admit(100);
        assertThat(state(100)).isEqualTo(ClockPro.COLD);
    }

    @Test
    void testPeriodsEndInOrderWhenThereAreFourFifthsOfTheTrackedPages() {
        fill(30);
        for (int i = 0; i < 25; i++) {
            policy.evict(policy.candidate());
            policy.admit(100 + i);
        }
        assertThat(marks.get(0)).isZero();
        assertThat(marks.get(10)).isZero();
        assertThat(state(20)).isEqualTo(ClockPro.TEST);
    }

    @Test
    void eachHotPageThatComesBackMakesContestsRarer() {
        fill(100);
        for (int page = 0; page < 30; page += 10) {
            policy.forget(page); // so that there is no room
        }
        for (int page = 1; page <= 3; page++) {
            leave(page);
            policy.admit(page);
            assertThat(state(page)).isEqualTo(ClockPro.COLD);
        }
    }

    @Test
    void oneContestIsHeldAfterAsManyReturnsAsWereResisted() {
        fill(100);
        for (int page = 0; page < 30; page += 10) {
            policy.forget(page);
        }
        leave(1);
        policy.admit(1);
        assertThat(state(1)).isEqualTo(ClockPro.COLD);
        leave(30);
        policy.admit(30);
        assertThat(state(30)).isEqualTo(ClockPro.HOT);
    }

    @Test
    void everySixtyFourthCandidateIsHot() {
        fill(1_000);
        for (int i = 1; i < 64; i++) {
            long page = policy.candidate();
            assertThat(page % 10 == 0 || page >= 1_000).isTrue();
            policy.admit(1_000 + i);
        }
        assertThat(policy.candidate()).isOne();
    }

    @Test
    void pageForgottenInItsTestPeriodComesBackAsANewOne() {
        fill(100);
        policy.evict(policy.candidate());
        policy.forget(0);
        policy.admit(0);
        assertThat(state(0)).isEqualTo(ClockPro.COLD);
        assertThat(policy.refaults()).isZero();
    }

    @Test
    void searchThroughUsedPagesIsBounded() {
        for (int page = 0; page < 4_000; page++) {
            policy.readmit(page);
        }
        assertThat(policy.candidate()).isEqualTo(PageQueue.MAX_PASSED_OVER);
        assertThat(policy.size()).isEqualTo(3_999);
    }
}
