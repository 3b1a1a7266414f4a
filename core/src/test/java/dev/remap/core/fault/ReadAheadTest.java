// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.wire.AdviceCode;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadAheadTest {
    private static final long FAR = 1_000_000;

    private final ReadAhead readAhead = new ReadAhead();

    private int fault(long page) {
        return fault(page, AdviceCode.NORMAL);
    }

    private int fault(long page, int advice) {
        int count = readAhead.count(page, advice);
        readAhead.done(page, count, 0);
        return count;
    }

    /** Faults as a stream causes them; answers the page of the next one. */
    private long follow(long from, int step, int faults) {
        long page = from;
        for (int i = 0; i < faults; i++) {
            page += (long) step * fault(page);
        }
        return page;
    }

    // ---- one stream

    @ParameterizedTest
    @ValueSource(ints = {1, -1})
    void runIsRecognisedByItsThirdFaultAndItsWindowDoublesWhileItIsUsedUp(int step) {
        long page = FAR;
        for (int expected : new int[] {1, 1, 2, 4, 8, 16, 32, 64, 64}) {
            int count = fault(page);
            assertThat(count).isEqualTo(expected);
            assertThat(readAhead.step()).isEqualTo(count == 1 ? 1 : step);
            page += (long) step * count;
        }
        assertThat(readAhead.takeWasted()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 64, 511, 512, -2, -5, -512})
    void strideIsRecognisedByItsFourthFaultAndHasASmallerLargestWindow(int step) {
        long page = FAR;
        for (int expected : new int[] {1, 1, 1, 2, 4, 8, 16, 32, 32}) {
            int count = fault(page);
            assertThat(count).isEqualTo(expected);
            assertThat(readAhead.step()).isEqualTo(count == 1 ? 1 : step);
            page += (long) step * count;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {513, -513, 10_000})
    void stridesBeyondTheLimitEarnNothing(int step) {
        for (int i = 0; i < 100; i++) {
            assertThat(fault(FAR + (long) step * i)).isEqualTo(1);
        }
    }

    @Test
    void everyStrideWithinTheLimitIsRecognised() {
        for (int step = 2; step <= ReadAhead.MAX_STEP; step++) {
            long page = step * FAR;
            follow(page, step, 3);
            assertThat(fault(page + 3L * step)).as("step %d", step).isEqualTo(2);
            assertThat(readAhead.step()).isEqualTo(step);
        }
    }

    @Test
    void pairsOfPagesEarnNothing() {
        for (long record = 0; record < 1_000; record++) {
            assertThat(fault(record * 7_919)).isEqualTo(1);
            assertThat(fault(record * 7_919 + 1)).isEqualTo(1);
        }
    }

    @Test
    void sameFaultThatComesAgainEarnsNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(fault(5)).isEqualTo(1);
        }
    }

    @Test
    void scanThatJumpsStartsAgain() {
        follow(0, 1, 8);
        long page = FAR;
        for (int expected : new int[] {1, 1, 2, 4}) {
            int count = fault(page);
            assertThat(count).isEqualTo(expected);
            page += count;
        }
    }

    @Test
    void faultWithinTheWindowDoesNotCountAsItsEnd() {
        long end = follow(0, 1, 6);
        assertThat(fault(end - 5))
                .as("the page has left again before it was reached")
                .isEqualTo(1);
        assertThat(fault(end)).isEqualTo(32);
    }

    // ---- what came of an answer

    @Test
    void windowShrinksToWhatCouldBeBroughtIn() {
        readAhead.count(0, AdviceCode.SEQUENTIAL);
        readAhead.done(0, 3, 0);
        assertThat(readAhead.count(3, AdviceCode.NORMAL)).isEqualTo(6);
        readAhead.done(3, 0, 0);
        assertThat(readAhead.count(3, AdviceCode.NORMAL))
                .as("the touch had to wait for memory")
                .isEqualTo(1);
    }

    @Test
    void pagesThatAreThereAlreadyArePassedWithoutShrinkingTheWindow() {
        readAhead.count(0, AdviceCode.SEQUENTIAL);
        readAhead.done(0, 10, 20);
        assertThat(readAhead.count(30, AdviceCode.NORMAL)).isEqualTo(ReadAhead.MAX_WINDOW);
    }

    @Test
    void answerAboutAnotherPageIsIgnored() {
        readAhead.count(0, AdviceCode.SEQUENTIAL);
        readAhead.done(0, 64, 0);
        readAhead.done(1_000, 1, 0);
        assertThat(readAhead.count(64, AdviceCode.NORMAL)).isEqualTo(64);
        readAhead.done(64, 64, 0);
        assertThat(readAhead.count(9_999, AdviceCode.RANDOM)).isEqualTo(1);
        readAhead.done(9_999, 1, 0);
        assertThat(readAhead.count(128, AdviceCode.NORMAL)).isEqualTo(64);
    }

    // ---- several streams

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8})
    void interleavedRunsEachKeepTheirs(int streams) {
        interleave(streams, FAR, stream -> stream % 2 == 0 ? 1 : -1, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 8})
    void interleavedStridesEachKeepTheirs(int streams) {
        interleave(streams, FAR, stream -> 3 + 50 * stream, 4);
    }

    @Test
    void stridesThatRunBesideEachOtherAreTwoStreams() {
        interleave(2, 3, stream -> 8, 4);
    }

    private void interleave(int streams, long distance, IntUnaryOperator step, int recognisedBy) {
        long[] next = new long[streams];
        for (int stream = 0; stream < streams; stream++) {
            next[stream] = FAR + distance * stream;
        }
        for (int round = 1; round <= 12; round++) {
            for (int stream = 0; stream < streams; stream++) {
                int largest = Math.abs(step.applyAsInt(stream)) == 1 ? 64 : 32;
                int expected = round < recognisedBy ? 1 : Math.min(largest, 2 << (round - recognisedBy));
                int count = fault(next[stream]);
                assertThat(count).as("round %d, stream %d", round, stream).isEqualTo(expected);
                next[stream] += (long) count * step.applyAsInt(stream);
            }
        }
        assertThat(readAhead.takeWasted()).isZero();
    }

    @Test
    void streamsAreKeptThroughAnyNumberOfFaultsWithoutAPattern() {
        long seed = System.nanoTime();
        System.out.println("streams among random faults, seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        long up = follow(100 * FAR, 1, 9);
        long down = follow(200 * FAR, -1, 9);
        long stride = follow(300 * FAR, 37, 9);
        for (int round = 0; round < 100; round++) {
            for (int i = 0; i < 100; i++) {
                fault(random.nextLong(1L << 36) * 600);
            }
            assertThat(fault(up)).as("seed %d, round %d", seed, round).isEqualTo(64);
            assertThat(fault(down)).isEqualTo(64);
            assertThat(fault(stride)).isEqualTo(32);
            up += 64;
            down -= 64;
            stride += 32 * 37;
        }
    }

    @Test
    void ninthStreamReplacesTheLeastRecentlyUsed() {
        long[] next = new long[9];
        for (int stream = 0; stream < 8; stream++) {
            next[stream] = follow(FAR * stream, 1, 4);
        }
        next[0] = follow(next[0], 1, 1);
        assertThat(readAhead.takeWasted()).isZero();
        follow(8 * FAR, 1, 4);
        assertThat(readAhead.takeWasted()).as("stream 1, window of 4").isEqualTo(3);
        assertThat(readAhead.takeWasted()).isZero();
        assertThat(fault(next[0])).isEqualTo(16);
        assertThat(fault(next[1])).isEqualTo(1);
    }

    // ---- streams that end

    @Test
    void scanThatStopsIsWasteAfterAWhile() {
        follow(0, 1, 8);
        for (int i = 0; i < ReadAhead.IDLE_FAULTS; i++) {
            fault(FAR * (i + 1));
        }
        assertThat(readAhead.takeWasted()).isZero();
        fault(FAR * 2_000);
        assertThat(readAhead.takeWasted()).as("of a window of 64").isEqualTo(63);
    }

    @Test
    void faultsWithoutAPatternEarnNextToNothing() {
        long seed = System.nanoTime();
        System.out.println("random faults, seed " + seed);
        for (int regionPages : new int[] {2_048, 16_384, 1 << 20}) {
            SplittableRandom random = new SplittableRandom(seed);
            ReadAhead fresh = new ReadAhead();
            int faults = 50_000;
            long ahead = 0;
            for (int i = 0; i < faults; i++) {
                long page = random.nextInt(regionPages);
                int count = fresh.count(page, AdviceCode.NORMAL);
                fresh.done(page, count, 0);
                ahead += count - 1;
            }
            System.out.printf("  region of %,9d pages: %.3f %% read ahead%n", regionPages, 100.0 * ahead / faults);
            assertThat(ahead).as("seed %d, %d pages", seed, regionPages).isLessThan(faults / 50);
            assertThat(fresh.takeWasted()).isLessThanOrEqualTo(ahead);
        }
    }

    // ---- advice

    @ParameterizedTest
    @ValueSource(ints = {AdviceCode.SEQUENTIAL, AdviceCode.DROP_BEHIND})
    void adviceToReadInOrderStartsWithTheFullWindow(int advice) {
        assertThat(fault(77, advice)).isEqualTo(ReadAhead.MAX_WINDOW);
        assertThat(readAhead.step()).isEqualTo(1);
        assertThat(fault(77 + 64, advice)).isEqualTo(ReadAhead.MAX_WINDOW);
        assertThat(readAhead.takeWasted()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {AdviceCode.RANDOM, AdviceCode.BYPASS})
    void adviceAgainstReadAheadHoldsForStreamsToo(int advice) {
        long page = follow(0, 1, 9);
        for (int i = 0; i < 10; i++) {
            assertThat(fault(page + i, advice)).isEqualTo(1);
            assertThat(readAhead.follows()).isFalse();
        }
        assertThat(fault(page)).as("what others earned is left alone").isEqualTo(ReadAhead.MAX_WINDOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {AdviceCode.NORMAL, AdviceCode.COLD})
    void otherAdviceChangesNothing(int advice) {
        assertThat(fault(0, advice) + fault(1, advice) + fault(2, advice)).isEqualTo(4);
    }
}
