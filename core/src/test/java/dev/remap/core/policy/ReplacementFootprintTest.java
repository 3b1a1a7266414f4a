// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy costs: bytes a page, heap allocation, and stale entries under hostile workloads. */
class ReplacementFootprintTest {

    private static final int MANY = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void pagesAdmittedAndForgottenLeaveNothingBehind(String name) {
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(MANY))) {
            for (int page = 0; page < MANY; page++) {
                policy.admit(page);
                policy.forget(page);
                assertBounded(policy);
            }
            for (int i = 0; i < MANY; i++) {
                policy.admit(42);
                policy.forget(42);
                assertBounded(policy);
            }
            assertThat(policy.candidate()).isEqualTo(ReplacementPolicy.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void usedPagesForgottenLeaveNothingBehind(String name) {
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(MANY))) {
            for (int page = 0; page < MANY; page++) {
                policy.admit(page);
                policy.readmit(policy.candidate());
                policy.forget(page);
                assertBounded(policy);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void regionsOpenedAndClosedBesideAnotherLeaveNothingBehind(String name) {
        int lasting = 10_000;
        ArrayMarks marks = new ArrayMarks(3 * lasting);
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, marks)) {
            admit(policy, 0, lasting);
            for (int round = 0; round < 50; round++) {
                admit(policy, lasting, 3 * lasting);
                for (int page = lasting; page < 3 * lasting; page++) {
                    policy.forget(page);
                }
                // The owner may drop the marks of what it has forgotten, and use the ids again.
                marks.drop(lasting, 3 * lasting);
                assertThat(policy.size()).isEqualTo(lasting);
                assertThat(policy.bytes()).isLessThan(2L * Long.BYTES * 3 * lasting);
            }
            BitSet candidates = new BitSet();
            for (int i = 0; i < lasting; i++) {
                candidates.set(Math.toIntExact(policy.candidate()));
            }
            assertThat(candidates.cardinality()).isEqualTo(lasting);
            assertThat(candidates.length()).isEqualTo(lasting);
            assertThat(policy.candidate()).isEqualTo(ReplacementPolicy.NONE);
        }
    }

    @Test
    void droppedMarksAreNotBroughtBackByStaleEntries() {
        for (String name : ReplacementPolicies.names()) {
            ArrayMarks marks = new ArrayMarks(2_000);
            try (ReplacementPolicy policy = ReplacementPolicies.named(name, marks)) {
                admit(policy, 0, 2_000);
                for (int page = 0; page < 1_000; page++) {
                    policy.forget(page);
                }
                marks.drop(0, 1_000);
                long candidate;
                do {
                    candidate = policy.candidate();
                } while (candidate != ReplacementPolicy.NONE);
                assertThat(marks.marked(0, 1_000)).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock", "clockpro"})
    void closedPolicyHoldsNoMemory(String name) {
        ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(10));
        policy.admit(1);
        policy.close();
        assertThat(policy.bytes()).isZero();
    }

    private static void admit(ReplacementPolicy policy, int from, int to) {
        for (int page = from; page < to; page++) {
            policy.admit(page);
        }
    }

    private static void assertBounded(ReplacementPolicy policy) {
        if (policy.bytes() > 3 * 8_192) {
            throw new AssertionError(
                    policy.name() + " holds " + policy.bytes() + " bytes for " + policy.size() + " pages");
        }
    }
}
