// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Hit ratios of the production policies beside the textbook ones. Asserts what holds for any seed, with room to spare. */
class ReplacementSimulationTest {

    private static final int CAPACITY = 8_192;
    private static final int TOUCHES = 500_000;

    private final long seed = System.nanoTime();
    private final Traces traces = new Traces(seed, CAPACITY, TOUCHES);

    private record Hits(double s3Fifo, double clock, double lru, double fifo) {}

    @Test
    void skewedTouchesHitAsOftenAsWithLru() {
        Hits hits = simulate("zipf 0.99", traces.zipf());
        assertThat(hits.s3Fifo).isGreaterThan(hits.lru - 3);
        assertThat(hits.clock).isGreaterThan(hits.lru - 4);
    }

    @Test
    void scanDoesNotFlushWhatIsUsed() {
        Hits hits = simulate("zipf + 30 % scan", traces.zipfAndScan());
        assertThat(hits.s3Fifo).isGreaterThan(hits.lru + 3);
    }

    @Test
    void loopLargerThanDramKeepsAPartOfItself() {
        Hits hits = simulate("loop of 1.2 C", traces.loop());
        assertThat(hits.lru).isLessThan(1);
        assertThat(hits.s3Fifo).isGreaterThan(40);
    }

    @Test
    void movingHotSetIsFollowed() {
        Hits hits = simulate("moving hot set", traces.movingHotSet());
        assertThat(hits.s3Fifo).isGreaterThan(0.6 * hits.lru);
        assertThat(hits.clock).isGreaterThan(0.6 * hits.lru);
    }

    private Hits simulate(String title, int[] trace) {
        Hits hits = new Hits(
                hits("s3fifo", trace),
                hits("clock", trace),
                ExactCache.lru(trace, CAPACITY),
                ExactCache.fifo(trace, CAPACITY));
        System.out.printf(
                "%-18s s3fifo %5.1f   clock %5.1f   LRU %5.1f   FIFO %5.1f   (seed %d)%n",
                title, hits.s3Fifo, hits.clock, hits.lru, hits.fifo, seed);
        return hits;
    }

    private static double hits(String name, int[] trace) {
        ArrayMarks marks = new ArrayMarks(Arrays.stream(trace).max().orElse(0) + 1);
        try (ReplacementPolicy policy = ReplacementPolicies.named(name, marks)) {
            return new ReplacementSimulator(policy, CAPACITY, trace).run(trace);
        }
    }
}
