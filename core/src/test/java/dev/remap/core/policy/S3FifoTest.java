// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class S3FifoTest {

    private final ArrayMarks marks = new ArrayMarks(4_000);
    private final S3Fifo policy = new S3Fifo(marks);

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
        return marks.get(page) & S3Fifo.STATE;
    }

    @Test
    void newPagesLeaveInTheOrderTheyCame() {
        admit(0, 5);
        for (int page = 0; page < 5; page++) {
            assertThat(policy.candidate()).isEqualTo(page);
        }
        assertThat(policy.candidate()).isEqualTo(ReplacementPolicy.NONE);
    }

    @Test
    void readmittedPageOutlivesThoseUsedOnce() {
        admit(0, 1);
        policy.readmit(policy.candidate());
        admit(1, 9);
        for (int page = 1; page < 9; page++) {
            assertThat(policy.candidate()).isEqualTo(page);
        }
        assertThat(policy.candidate()).isZero();
    }

    @Test
    void mainQueueIsAskedWhenTheSmallOneIsBelowATenth() {
        for (int page = 0; page < 20; page++) {
            policy.readmit(page);
        }
        policy.admit(20);
        assertThat(policy.candidate()).isZero();
        assertThat(state(20)).isEqualTo(S3Fifo.SMALL);
    }

    @Test
    void everyUseBuysATrackedPageOneRoundUpToThree() {
        policy.readmit(0);
        for (int use = 0; use < 9; use++) {
            policy.readmit(0);
        }
        for (int page = 1; page <= 3; page++) {
            policy.readmit(page);
        }
        // Round one takes the frequency of the others to 0, round two makes candidates of them; page 0 has one use
        // left.
        assertThat(policy.candidate()).isEqualTo(1);
        assertThat(policy.candidate()).isEqualTo(2);
        assertThat(policy.candidate()).isEqualTo(3);
        assertThat(policy.candidate()).isZero();
    }

    @Test
    void usedPageOfTheSmallQueueMovesToTheMainOne() {
        admit(0, 2);
        policy.readmit(0);
        assertThat(policy.candidate()).isEqualTo(1);
        assertThat(state(0)).isEqualTo(S3Fifo.MAIN);
    }

    @Test
    void pageThatComesBackWhileAGhostEntersTheMainQueue() {
        admit(0, 20);
        policy.evict(policy.candidate());
        assertThat(state(0)).isEqualTo(S3Fifo.GHOST);
        policy.admit(0);
        assertThat(state(0)).isEqualTo(S3Fifo.MAIN);
    }

    @Test
    void ghostsAreForgottenInOrderWhenThereAreFourFifthsOfTheTrackedPages() {
        admit(0, 30);
        for (int i = 0; i < 16; i++) {
            policy.evict(policy.candidate());
            policy.admit(100 + i);
        }
        assertThat(state(0)).isEqualTo(S3Fifo.GHOST);
        for (int i = 16; i < 25; i++) {
            policy.evict(policy.candidate());
            policy.admit(100 + i);
        }
        assertThat(marks.get(0)).isZero();
        assertThat(marks.get(1)).isZero();
        assertThat(state(2)).isEqualTo(S3Fifo.GHOST);
    }

    @Test
    void pageEvictedFromTheMainQueueIsNoGhost() {
        admit(0, 1);
        policy.readmit(policy.candidate());
        policy.evict(policy.candidate());
        assertThat(marks.get(0)).isZero();
    }

    @Test
    void forgottenGhostComesBackAsANewPage() {
        admit(0, 20);
        policy.evict(policy.candidate());
        policy.forget(0);
        policy.admit(0);
        assertThat(state(0)).isEqualTo(S3Fifo.SMALL);
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
