// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the policies are for, on the workloads they are for. The seed is fixed; the margins are wider than other seeds move the figures. */
class ReplacementSimulationTest {
    private static final int CAPACITY = 8_192;
    private static final int ACCESSES = 500_000;
    private static final long SEED = 42;

    /** Per cent of accesses, by policy. */
    private record Hits(Map<String, Double> percent) {
        double of(String policy) {
            return Objects.requireNonNull(percent.get(policy), policy);
        }
    }

    @Test
    void skewedAccessesHitAsOftenAsWithLru() {
        Hits hits = simulate(SyntheticTrace.ZIPF);
        assertThat(hits.of("s3fifo")).isGreaterThan(hits.of("lru"));
        assertThat(hits.of("clockpro")).isGreaterThan(hits.of("lru"));
        assertThat(hits.of("clock")).isGreaterThan(hits.of("lru") - 3);
    }

    @Test
    void nothingHelpsWhereEveryPageIsAsLikely() {
        Hits hits = simulate(SyntheticTrace.UNIFORM);
        for (String policy : new String[] {"s3fifo", "clock", "clockpro"}) {
            assertThat(hits.of(policy)).isBetween(hits.of("lru") - 1, hits.of("lru") + 1);
        }
    }

    @Test
    void scanDoesNotFlushWhatIsUsed() {
        Hits hits = simulate(SyntheticTrace.ZIPF_SCAN);
        assertThat(hits.of("s3fifo")).isGreaterThan(hits.of("lru") + 4).isGreaterThan(hits.of("clock") + 5);
        assertThat(hits.of("clockpro")).isGreaterThan(hits.of("lru") + 4).isGreaterThan(hits.of("clock") + 5);
    }

    @Test
    void loopLargerThanMemoryKeepsAPartOfItself() {
        Hits hits = simulate(SyntheticTrace.LOOP);
        assertThat(hits.of("lru")).isZero();
        assertThat(hits.of("clock")).isLessThan(1);
        assertThat(hits.of("s3fifo")).isGreaterThan(50);
        assertThat(hits.of("clockpro")).isGreaterThan(hits.of("s3fifo") + 7);
    }

    @Test
    void loopOfMoreThanTwiceTheMemoryKeepsAPartOfItselfWithClockPro() {
        Trace trace = SyntheticTrace.LOOP.make(SEED, CAPACITY, ACCESSES);
        Hits hits = hits(trace, CAPACITY / 2);
        assertThat(hits.of("s3fifo")).isLessThan(1);
        assertThat(hits.of("clockpro")).isGreaterThan(30).isLessThan(hits.of("opt"));
    }

    @Test
    void loopAmongOtherAccessesKeepsAPartOfItself() {
        Hits hits = simulate(SyntheticTrace.ZIPF_LOOP);
        assertThat(hits.of("s3fifo")).isGreaterThan(hits.of("lru") + 20);
        assertThat(hits.of("clockpro")).isGreaterThan(hits.of("s3fifo") + 5);
    }

    @Test
    void movingHotSetIsFollowed() {
        Hits hits = simulate(SyntheticTrace.MOVING);
        for (String policy : new String[] {"s3fifo", "clock", "clockpro"}) {
            assertThat(hits.of(policy)).isGreaterThan(hits.of("lru") - 4);
        }
    }

    /** What nobody uses any more has to go, also where nobody looks at it unasked. */
    @Test
    void loopThatHasEndedGivesWayToAnotherWithClockPro() {
        long loop = CAPACITY * 12L / 10;
        TraceBuilder one = new TraceBuilder();
        TraceBuilder two = new TraceBuilder();
        for (int i = 0; i < ACCESSES; i++) {
            one.add(i % loop);
            two.add(i % loop);
        }
        for (int i = 0; i < ACCESSES; i++) {
            two.add(loop + i % loop);
        }
        Hits alone = hits(Trace.of("one loop", one));
        Hits both = hits(Trace.of("two loops", two));
        assertThat(both.of("clockpro")).isGreaterThan(alone.of("clockpro") * 0.75);
        assertThat(both.of("clockpro")).isGreaterThan(both.of("s3fifo") + 20);
    }

    private static Hits simulate(SyntheticTrace made) {
        return hits(made.make(SEED, CAPACITY, ACCESSES));
    }

    private static Hits hits(Trace trace) {
        return hits(trace, CAPACITY);
    }

    private static Hits hits(Trace trace, int memoryPages) {
        Map<String, Double> percent = new HashMap<>();
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-10s", trace.name()));
        for (String policy : Simulation.names()) {
            double found = Simulation.run(trace, policy, memoryPages).hitPercent();
            percent.put(policy, found);
            line.append(String.format(Locale.ROOT, "  %s %.1f", policy, found));
        }
        System.out.println(line);
        return new Hits(percent);
    }
}
