// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ErrorCodeTest {
    @Test
    void numbersNeverChange() {
        String all = Arrays.stream(ErrorCode.values())
                .map(code -> code.name() + " " + code.number())
                .collect(Collectors.joining(", "));
        assertThat(all)
                .isEqualTo(
                        "PERMISSION 1, UNSUPPORTED 2, INVALID 3, EXISTS 4, NOT_FOUND 5, CAPACITY 6, NO_MEMORY 7,"
                                + " QUOTA 8, IO 9, CORRUPT 10, DEADLINE 11, MANAGER_LOST 12, INCOMPATIBLE 13, STALE 14, DEVICE_LOST 15");
    }

    @Test
    void noTwoCodesShareANumber() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::number).doesNotHaveDuplicates();
    }

    @Test
    void aNumberLeadsBackToItsCode() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(ErrorCode.of(code.number())).isSameAs(code);
        }
    }

    @Test
    void aNumberOfALaterVersionIsIncompatible() {
        for (int number : new int[] {0, 16, -1, Integer.MAX_VALUE}) {
            assertThat(ErrorCode.of(number)).isSameAs(ErrorCode.INCOMPATIBLE);
        }
    }

    @Test
    void policyAdviceAndRepairNumbersNeverChange() {
        assertThat(new int[] {FailurePolicyCode.POISON, FailurePolicyCode.WAIT, FailurePolicyCode.ABORT_PROCESS})
                .containsExactly(0, 1, 2);
        assertThat(new int[] {
                    AdviceCode.NORMAL,
                    AdviceCode.SEQUENTIAL,
                    AdviceCode.RANDOM,
                    AdviceCode.COLD,
                    AdviceCode.DROP_BEHIND,
                    AdviceCode.BYPASS
                })
                .containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(new int[] {RepairCode.RETRY, RepairCode.ACCEPT_LOSS}).containsExactly(0, 1);
    }
}
