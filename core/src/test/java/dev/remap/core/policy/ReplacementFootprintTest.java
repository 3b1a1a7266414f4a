// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a policy costs: bytes a page, heap allocation, and stale entries under hostile workloads. */
class ReplacementFootprintTest {

    private static final int MANY = 100_000;

    @ParameterizedTest
    @ValueSource(ints = {50_000, 80_000})
    void s3FifoKeepsAtMostSixteenBytesForEachResidentPage(int capacity) {
        ArrayMarks marks = new ArrayMarks(3 * capacity);
        int[] trace = new SplittableRandom(capacity)
                .ints(4L * capacity, 0, 3 * capacity)
                .toArray();
        try (S3Fifo policy = new S3Fifo(marks)) {
            new ReplacementSimulator(policy, capacity, trace).run(trace);
            double perPage = (double) (policy.bytes() + marks.marked(0, 3 * capacity)) / capacity;
            System.out.printf("s3fifo: %d pages, %.2f bytes a page%n", capacity, perPage);
            assertThat(perPage).isLessThanOrEqualTo(16.0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock"})
    void steadyStateAllocatesNoHeap(String name) {
        int capacity = 20_000;
        int[] trace = new SplittableRandom(7).ints(200_000, 0, 2 * capacity).toArray();
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(2 * capacity))) {
            ReplacementSimulator simulator = new ReplacementSimulator(policy, capacity, trace);
            simulator.run(trace);
            // A chunk now and then, where a queue grows by more than its spare; nothing for a page.
            assertThat(Allocation.bytesOf(() -> simulator.run(trace))).isLessThan(trace.length / 10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3fifo", "clock"})
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
    @ValueSource(strings = {"s3fifo", "clock"})
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
    @ValueSource(strings = {"s3fifo", "clock"})
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
                assertThat(bytes(policy)).isLessThan(2L * Long.BYTES * 3 * lasting);
            }
            for (int page = 0; page < lasting; page++) {
                assertThat(policy.candidate()).isEqualTo(page);
            }
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
    @ValueSource(strings = {"s3fifo", "clock"})
    void closedPolicyHoldsNoMemory(String name) {
        ReplacementPolicy policy = ReplacementPolicies.named(name, new ArrayMarks(10));
        policy.admit(1);
        policy.close();
        assertThat(bytes(policy)).isZero();
    }

    private static void admit(ReplacementPolicy policy, int from, int to) {
        for (int page = from; page < to; page++) {
            policy.admit(page);
        }
    }

    private static void assertBounded(ReplacementPolicy policy) {
        if (bytes(policy) > 3 * 8_192) {
            throw new AssertionError(
                    policy.name() + " holds " + bytes(policy) + " bytes for " + policy.size() + " pages");
        }
    }

    private static long bytes(ReplacementPolicy policy) {
        return policy instanceof S3Fifo s3Fifo ? s3Fifo.bytes() : ((Clock) policy).bytes();
    }
}
