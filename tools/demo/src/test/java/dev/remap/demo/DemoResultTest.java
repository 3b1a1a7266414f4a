// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoResultTest {
    private static final int BUDGET = 128 << 20;

    @Test
    void rightAnswersWithinTheBudgetAreGood() {
        assertThat(Samples.good().good()).isTrue();
    }

    @Test
    void wrongAnswerIsNotGood() {
        DemoResult result = Samples.result(Samples.wrongRevenue(), 1, 1);

        assertThat(result.q1Correct()).isTrue();
        assertThat(result.q6Correct()).isFalse();
        assertThat(result.good()).isFalse();
    }

    @Test
    void peakIsTheLargerOfReportedAndSampled() {
        assertThat(Samples.result(Answers.published(), 5, 9).peakBytes()).isEqualTo(9);
        assertThat(Samples.result(Answers.published(), 9, 5).peakBytes()).isEqualTo(9);
    }

    @Test
    void twoMebibytesAboveTheBudgetAreAllowedAndNotOneByteMore() {
        assertThat(Samples.result(Answers.published(), 0, BUDGET + (2 << 20)).good())
                .isTrue();
        assertThat(Samples.result(Answers.published(), 0, BUDGET + (2 << 20) + 1)
                        .good())
                .isFalse();
    }
}
