// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClockTest {

    private final Clock clock = new Clock(new ArrayMarks(4_000));

    @AfterEach
    void close() {
        clock.close();
    }

    @Test
    void pagesNeverReadmittedLeaveInTheOrderTheyCame() {
        for (int page = 0; page < 5; page++) {
            clock.admit(page);
        }
        for (int page = 0; page < 5; page++) {
            assertThat(clock.candidate()).isEqualTo(page);
        }
        assertThat(clock.candidate()).isEqualTo(ReplacementPolicy.NONE);
    }

    @Test
    void readmittedPageGoesRoundOnceMore() {
        clock.admit(1);
        assertThat(clock.candidate()).isEqualTo(1);
        clock.readmit(1);
        clock.admit(2);
        clock.admit(3);
        assertThat(clock.candidate()).isEqualTo(2);
        assertThat(clock.candidate()).isEqualTo(3);
        assertThat(clock.candidate()).isEqualTo(1);
    }

    @Test
    void searchThroughUsedPagesIsBounded() {
        for (int page = 0; page < 4_000; page++) {
            clock.readmit(page);
        }
        assertThat(clock.candidate()).isEqualTo(PageQueue.MAX_PASSED_OVER);
        assertThat(clock.size()).isEqualTo(3_999);
    }
}
