// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fault path beside exact results: mean value analysis of closed networks, and what the scarcest thing allows. */
class FaultPathTest {
    private static final double WARM_UP_NS = 50e6;
    private static final double MEASURE_NS = 2e9;
    private static final double SECOND_NS = 1e9;
    private static final long SEED = 4711;
    private static final int MANY = 1000;

    private static final double ACCESS_NS = 50;
    private static final double FAULT_NS = 3000;
    private static final double ANSWER_NS = 6000;
    private static final double EVICT_NS = 8000;

    /** Nothing but accesses, faults and answers. */
    private static final FaultCosts BARE = new FaultCosts(ACCESS_NS, FAULT_NS, ANSWER_NS, 0, 0, 0, 0, 0, 0, 0);

    private static FaultPlan plan(int cpus, int threads, FaultPlan.Law law) {
        return new FaultPlan(cpus, threads, 0.01, 0, 1, 1, 1, 1, law);
    }

    private static Outcome simulate(FaultCosts costs, FaultPlan plan) {
        return FaultPath.simulate(costs, plan, SEED, WARM_UP_NS, MEASURE_NS);
    }

    /** Faults a second by exact mean value analysis: one delay, and stations with one exponential server each. */
    private static double meanValueAnalysis(int customers, double delayNs, double... serviceNs) {
        double[] queue = new double[serviceNs.length];
        double throughput = 0;
        for (int n = 1; n <= customers; n++) {
            double cycle = delayNs;
            double[] response = new double[serviceNs.length];
            for (int i = 0; i < serviceNs.length; i++) {
                response[i] = serviceNs[i] * (1 + queue[i]);
                cycle += response[i];
            }
            throughput = n / cycle;
            for (int i = 0; i < serviceNs.length; i++) {
                queue[i] = throughput * response[i];
            }
        }
        return throughput * SECOND_NS;
    }

    private static double hitsBetweenFaults() {
        return (1 - 0.01) / 0.01;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 16})
    void faultsAreThoseOfAMachineRepairman(int threads) {
        double delay = hitsBetweenFaults() * ACCESS_NS + FAULT_NS;
        Outcome outcome = simulate(BARE, plan(MANY, threads, FaultPlan.Law.EXPONENTIAL));
        assertThat(outcome.faults()).isCloseTo(meanValueAnalysis(threads, delay, ANSWER_NS), withinPercentage(2));
        assertThat(outcome.accesses()).isCloseTo(outcome.faults() / 0.01, withinPercentage(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 32})
    void aTierIsOneMoreStationOfTheClosedNetwork(int threads) {
        double tierNs = 4000;
        double mapNs = 1000;
        double delay = hitsBetweenFaults() * ACCESS_NS + FAULT_NS + mapNs;
        FaultPlan plan = new FaultPlan(MANY, threads, 0.01, 0, 1, MANY, 1, 1, FaultPlan.Law.EXPONENTIAL);
        Outcome outcome = simulate(BARE.withTier(tierNs, mapNs), plan);
        assertThat(outcome.faults())
                .isCloseTo(meanValueAnalysis(threads, delay, ANSWER_NS, tierNs), withinPercentage(2));
    }

    @Test
    void oneThreadTakesTheSumOfWhatItsFaultCosts() {
        double wakeUpNs = 2000;
        FaultCosts costs = new FaultCosts(ACCESS_NS, FAULT_NS, ANSWER_NS, 0, wakeUpNs, 0, 0, 0, 0, 0);
        Outcome outcome = simulate(costs, plan(2, 1, FaultPlan.Law.FIXED));
        double cycle = hitsBetweenFaults() * ACCESS_NS + FAULT_NS + ANSWER_NS + 2 * wakeUpNs;
        assertThat(outcome.faults()).isCloseTo(SECOND_NS / cycle, withinPercentage(2));
        assertThat(outcome.faultNs()).isCloseTo(ANSWER_NS + 2 * wakeUpNs, withinPercentage(0.1));
    }

    @Test
    void oneUserfaultfdAnswersNoMoreThanItsThreadCan() {
        Outcome one = simulate(BARE, plan(MANY, 64, FaultPlan.Law.FIXED));
        assertThat(one.faults()).isCloseTo(SECOND_NS / ANSWER_NS, withinPercentage(1));
        assertThat(one.limit()).isEqualTo("fault thread");
        Outcome four = simulate(BARE, plan(MANY, 64, FaultPlan.Law.FIXED).withServers(4, 1));
        assertThat(four.faults()).isGreaterThan(3.5 * one.faults());
    }

    @Test
    void whoWaitsMakesEachAnswerLonger() {
        double waiterNs = 100;
        int threads = 201; // nearly all of which wait
        Outcome outcome = simulate(BARE.withWaiter(waiterNs), plan(MANY, threads, FaultPlan.Law.FIXED));
        assertThat(outcome.faults()).isCloseTo(SECOND_NS / (ANSWER_NS + (threads - 1) * waiterNs), withinPercentage(5));
    }

    @Test
    void onceMemoryIsFullFaultsComeNoFasterThanPagesLeave() {
        FaultPlan full = new FaultPlan(MANY, 32, 0.01, 1, 8, 1, 1, 1, FaultPlan.Law.FIXED);
        Outcome outcome = simulate(BARE.withEviction(EVICT_NS, 0, 0), full);
        assertThat(outcome.faults()).isCloseTo(SECOND_NS / EVICT_NS, withinPercentage(1));
        assertThat(outcome.limit()).isEqualTo("reclaim");
        Outcome two = simulate(BARE.withEviction(EVICT_NS, 0, 0), full.withServers(8, 2));
        assertThat(two.faults()).isCloseTo(2 * SECOND_NS / EVICT_NS, withinPercentage(1));
    }

    @Test
    void cpusAreSharedByAllThatWork() {
        FaultPlan plan = new FaultPlan(2, 8, 0.01, 1, 4, 1, 4, 1, FaultPlan.Law.FIXED);
        Outcome outcome = simulate(BARE.withEviction(EVICT_NS, 0, 0), plan);
        double cpuNsAFault = hitsBetweenFaults() * ACCESS_NS + FAULT_NS + ANSWER_NS + EVICT_NS;
        assertThat(outcome.faults()).isCloseTo(2 * SECOND_NS / cpuNsAFault, withinPercentage(3));
        assertThat(outcome.limit()).isEqualTo("CPUs");
    }

    @Test
    void theMoreCpusRunTheApplicationTheMoreAnEvictionCosts() {
        FaultPlan plan = new FaultPlan(64, 48, 0.00002, 1, 8, 1, 1, 1, FaultPlan.Law.FIXED);
        double shootdownNs = 500;
        Outcome outcome = simulate(BARE.withEviction(EVICT_NS, shootdownNs, 0), plan);
        double busyNs = EVICT_NS + 48 * shootdownNs;
        assertThat(outcome.reclaim()).isCloseTo(outcome.faults() * busyNs / SECOND_NS, withinPercentage(10));
    }

    @Test
    void theSameSeedGivesTheSameOutcome() {
        FaultPlan plan = new FaultPlan(4, 8, 0.02, 1, 2, 2, 1, 4, FaultPlan.Law.EXPONENTIAL);
        FaultCosts costs = new FaultCosts(50, 3000, 6000, 20, 2000, 8000, 300, 200, 80_000, 2000);
        assertThat(simulate(costs, plan)).isEqualTo(simulate(costs, plan));
        assertThat(FaultPath.simulate(costs, plan, SEED + 1, WARM_UP_NS, MEASURE_NS))
                .isNotEqualTo(simulate(costs, plan));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> plan(2, 0, FaultPlan.Law.FIXED)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FaultPlan(2, 1, 0, 0, 1, 1, 1, 1, FaultPlan.Law.FIXED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> simulate(BARE, plan(0, 1, FaultPlan.Law.FIXED)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
