// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class LongRingTest {

    @Test
    void emptyRingAnswersEmptyAndHoldsNoMemory() {
        try (LongRing ring = new LongRing()) {
            assertThat(ring.poll()).isEqualTo(LongRing.EMPTY);
            assertThat(ring.size()).isZero();
            assertThat(ring.bytes()).isZero();
        }
    }

    @Test
    void behavesAsArrayDequeUnderRandomAddsPollsAndSweeps() {
        long seed = System.nanoTime();
        System.out.printf("LongRing against ArrayDeque, seed %d%n", seed);
        SplittableRandom random = new SplittableRandom(seed);
        ArrayDeque<Long> model = new ArrayDeque<>();
        try (LongRing ring = new LongRing()) {
            for (int phase = 0; phase < 40; phase++) {
                int addsInTen = 1 + random.nextInt(9);
                for (int i = 0; i < 5_000; i++) {
                    addOrPoll(ring, model, random, addsInTen, seed);
                }
                if (random.nextBoolean()) {
                    sweepOnce(ring, model, random.nextInt(2, 9), seed);
                }
            }
            while (!model.isEmpty()) {
                assertSame(seed, ring.poll(), model.removeFirst());
            }
            assertSame(seed, ring.poll(), LongRing.EMPTY);
        }
    }

    private static void addOrPoll(
            LongRing ring, ArrayDeque<Long> model, SplittableRandom random, int addsInTen, long seed) {
        if (random.nextInt(10) < addsInTen) {
            long value = random.nextLong(Long.MAX_VALUE);
            ring.add(value);
            model.add(value);
        } else {
            Long expected = model.poll();
            assertSame(seed, ring.poll(), expected == null ? LongRing.EMPTY : expected);
        }
        assertSame(seed, ring.size(), model.size());
    }

    /** Enough steps to visit every chunk, those visited twice included, which changes nothing. */
    private static void sweepOnce(LongRing ring, ArrayDeque<Long> model, int divisor, long seed) {
        for (int step = 0; step < 300; step++) {
            ring.sweep(value -> value % divisor != 0);
        }
        model.removeIf(value -> value % divisor == 0);
        assertSame(seed, ring.size(), model.size());
    }

    private static void assertSame(long seed, long actual, long expected) {
        if (actual != expected) {
            throw new AssertionError("seed " + seed + ": ring says " + actual + ", model " + expected);
        }
    }

    @Test
    void largeRingWastesLessThanFivePercentAtAnySize() {
        try (LongRing ring = new LongRing()) {
            for (int size = 1; size <= 1_000_000; size++) {
                ring.add(size);
                if (size >= 20_000 && size % 997 == 0) {
                    assertThat(ring.bytes()).as("at %d", size).isLessThan((long) (1.05 * size * Long.BYTES));
                }
            }
        }
    }

    @Test
    void ringThatKeepsItsSizeAllocatesNothingAndStaysWithinFivePercent() {
        int size = 100_000;
        try (LongRing ring = new LongRing()) {
            for (int i = 0; i < size; i++) {
                ring.add(i);
            }
            Runnable lap = () -> {
                for (int i = 0; i < size; i++) {
                    ring.add(ring.poll());
                }
            };
            lap.run();
            lap.run();
            assertThat(Allocation.bytesOf(lap)).isZero();
            assertThat(ring.bytes()).isLessThan((long) (1.05 * size * Long.BYTES));
        }
    }

    @Test
    void ringDrainedToLessThanAQuarterGivesItsMemoryBack() {
        try (LongRing ring = new LongRing()) {
            for (int i = 0; i < 300_000; i++) {
                ring.add(i);
            }
            for (int i = 0; i < 299_990; i++) {
                ring.poll();
                if (ring.bytes() > Math.max(8_192, 4 * Long.BYTES * ring.size())) {
                    throw new AssertionError(ring.bytes() + " bytes for " + ring.size() + " entries");
                }
            }
            assertThat(ring.poll()).isEqualTo(299_990);
        }
    }

    @Test
    void sweptRingGivesItsMemoryBack() {
        try (LongRing ring = new LongRing()) {
            for (int i = 0; i < 100_000; i++) {
                ring.add(i);
            }
            for (int step = 0; step < 1_000; step++) {
                ring.sweep(value -> value == 99_999);
            }
            assertThat(ring.bytes()).isLessThanOrEqualTo(8_192);
            assertThat(ring.poll()).isEqualTo(99_999);
        }
    }

    @Test
    void closedRingHoldsNoMemoryAndMayBeClosedAgain() {
        LongRing ring = new LongRing();
        ring.add(1);
        ring.close();
        ring.close();
        assertThat(ring.bytes()).isZero();
    }

    @Test
    void ringRefusesAnotherThread() {
        try (LongRing ring = new LongRing()) {
            ring.add(1);
            assertThatThrownBy(() -> CompletableFuture.runAsync(ring::poll).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(WrongThreadException.class);
        }
    }
}
