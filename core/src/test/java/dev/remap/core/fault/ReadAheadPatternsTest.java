// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.wire.AdviceCode;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What read-ahead reads and what of it is used, for patterns of touches in a region whose pages all stay in DRAM. Prints a table. */
class ReadAheadPatternsTest {
    private static final int PAGES = 1 << 18;
    private static final int PAGE_KIB = 4;
    private static final long SEED = System.nanoTime();

    /** Touches, and the most that may be read in vain and the most faults that may happen, in thousandths of the pages used. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Pattern(String name, int[] touches, int wasted, int faults) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Pattern> patterns() {
        SplittableRandom random = new SplittableRandom(SEED);
        int[] starts = random.ints(300, 0, PAGES / 400).map(i -> 400 * i).toArray();
        return List.of(
                new Pattern("one run", run(1_000, 1, 60_000), 2, 20),
                new Pattern("one run backwards", run(PAGES - 1_000, -1, 60_000), 2, 20),
                new Pattern("every 2nd page", run(1_000, 2, 60_000), 2, 40),
                new Pattern("every 100th page", run(1_000, 100, 2_500), 15, 60),
                new Pattern("every 512th page", run(7, 512, 500), 70, 110),
                new Pattern("two runs in turn", inTurn(run(1_000, 1, 30_000), run(100_000, 1, 30_000)), 4, 20),
                new Pattern("eight runs in turn", inTurn(eight(4_000, i -> i % 2 == 0 ? 1 : -1)), 20, 30),
                new Pattern("eight strides in turn", inTurn(eight(800, i -> 2 + 4 * i)), 45, 60),
                new Pattern("a run among random", inTurn(run(1_000, 1, 30_000), anywhere(random, 30_000)), 10, 530),
                new Pattern("runs of 200 pages", each(starts, 200), 500, 80),
                new Pattern("pairs of pages", each(anywhere(random, 10_000), 2), 20, 1000),
                new Pattern("random", anywhere(random, 50_000), 20, 1000));
    }

    private static int[] run(int first, int step, int count) {
        return IntStream.range(0, count).map(i -> first + step * i).toArray();
    }

    private static int[] anywhere(SplittableRandom random, int count) {
        return random.ints(count, 0, PAGES - 1).toArray();
    }

    private static int[] each(int[] starts, int length) {
        return Arrays.stream(starts)
                .flatMap(start -> Arrays.stream(run(start, 1, length)))
                .toArray();
    }

    private static int[][] eight(int length, IntUnaryOperator step) {
        return IntStream.range(0, 8)
                .mapToObj(i -> run(5_000 + 30_000 * i, step.applyAsInt(i), length))
                .toArray(int[][]::new);
    }

    private static int[] inTurn(int[]... streams) {
        return IntStream.range(0, streams.length * streams[0].length)
                .map(i -> streams[i % streams.length][i / streams.length])
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("patterns")
    void readsWhatThePatternHasEarned(Pattern pattern) {
        Outcome outcome = new Outcome();
        outcome.touch(pattern.touches);
        String line = outcome.line(pattern.name);
        System.out.println(line);
        assertThat(1000L * outcome.wasted())
                .as("%s, seed %d", line, SEED)
                .isLessThanOrEqualTo(pattern.wasted * outcome.used());
        assertThat(1000L * outcome.faults)
                .as("%s, seed %d", line, SEED)
                .isLessThanOrEqualTo(pattern.faults * outcome.used());
        assertThat(outcome.counted).as("waste that is counted is waste").isLessThanOrEqualTo(outcome.ahead);
    }

    @Test
    void pagesThatStayedInDramDoNotMakeAScanStartAgain() {
        Outcome outcome = new Outcome();
        outcome.resident.set(2_000, 2_030);
        outcome.resident.set(2_050);
        outcome.resident.set(2_300, 2_360);
        outcome.touch(run(1_000, 1, 5_000));
        assertThat(outcome.faults).isLessThan(5_000 / 64 + 14);
    }

    /** A region into which read-ahead brings pages, none of which leaves. */
    private static final class Outcome {
        private final ReadAhead readAhead = new ReadAhead();
        private final BitSet resident = new BitSet(PAGES);
        private final BitSet broughtIn = new BitSet(PAGES);
        private final BitSet used = new BitSet(PAGES);
        private long faults;
        private long ahead;
        private long counted;

        void touch(int[] pages) {
            for (int page : pages) {
                if (!resident.get(page)) {
                    fault(page);
                }
                used.set(page);
            }
        }

        /** A run ends at a page that is there already, as the promoter's runs do. */
        private void fault(int page) {
            faults++;
            int count = readAhead.count(page, AdviceCode.NORMAL);
            int step = readAhead.step();
            int at = page;
            int done = 0;
            while (done < count && isIn(at) && !resident.get(at)) {
                resident.set(at);
                broughtIn.set(at);
                at += step;
                done++;
            }
            int passed = 0;
            while (passed < ReadAhead.MAX_WINDOW && isIn(at) && resident.get(at)) {
                at += step;
                passed++;
            }
            readAhead.done(page, done, passed);
            ahead += done - 1;
            counted += readAhead.takeWasted();
        }

        private static boolean isIn(int page) {
            return page >= 0 && page < PAGES;
        }

        long used() {
            return used.cardinality();
        }

        long wasted() {
            BitSet unused = (BitSet) broughtIn.clone();
            unused.andNot(used);
            return unused.cardinality();
        }

        String line(String name) {
            return String.format(
                    "%-24s read %,9d KiB, used %,9d KiB, in vain %6.2f %%, faults %6.2f %% of pages used",
                    name,
                    broughtIn.cardinality() * PAGE_KIB,
                    used() * PAGE_KIB,
                    100.0 * wasted() / used(),
                    100.0 * faults / used());
        }
    }
}
