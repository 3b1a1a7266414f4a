// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static dev.remap.trace.Keys.hits;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** OPT is what it is called: nothing hits more often. */
class OptimumTest {
    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void optHitsAsOftenAsTheBestOfAllChoices() {
        for (int round = 0; round < 300; round++) {
            int capacity = 1 + random.nextInt(3);
            Trace trace = random(12, 2 + random.nextInt(4));
            assertThat(hits(trace, Simulation.OPT, capacity))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(best(trace.pages(), 0, 0, capacity));
        }
    }

    @Test
    void noPolicyHitsMoreOftenThanOpt() {
        for (int round = 0; round < 200; round++) {
            Trace trace = random(100 + random.nextInt(3_000), 2 + random.nextInt(600));
            int capacity = 1 + random.nextInt(trace.distinctPages() + 3);
            long most = hits(trace, Simulation.OPT, capacity);
            for (String policy : Simulation.names()) {
                assertThat(hits(trace, policy, capacity))
                        .as("seed %d, round %d: %s in %d pages", seed, round, policy, capacity)
                        .isLessThanOrEqualTo(most);
            }
        }
    }

    /** Skewed now and then, so that policies have something to choose. */
    private Trace random(int accesses, int pages) {
        TraceBuilder builder = new TraceBuilder();
        for (int i = 0; i < accesses; i++) {
            builder.add(random.nextInt(1 + random.nextInt(pages)));
        }
        return Trace.of("random", builder);
    }

    /** The most hits from access {@code at} on, by trying every victim. {@code resident} has a bit a page. */
    private static long best(int[] pages, int at, int resident, int capacity) {
        if (at == pages.length) {
            return 0;
        }
        int page = 1 << pages[at];
        if ((resident & page) != 0) {
            return 1 + best(pages, at + 1, resident, capacity);
        }
        if (Integer.bitCount(resident) < capacity) {
            return best(pages, at + 1, resident | page, capacity);
        }
        long most = 0;
        for (int left = resident; left != 0; left &= left - 1) {
            most = Math.max(most, best(pages, at + 1, (resident & ~Integer.lowestOneBit(left)) | page, capacity));
        }
        return most;
    }
}
