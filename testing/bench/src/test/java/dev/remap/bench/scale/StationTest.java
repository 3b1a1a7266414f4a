// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.function.DoubleSupplier;
import org.apache.commons.math3.distribution.ExponentialDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One station with arrivals from outside, beside the formulas of queueing theory. */
class StationTest {
    private static final double SERVICE_NS = 1000;
    private static final double LONG_NS = SERVICE_NS * 1_000_000;
    private static final int SEED = 20_261;

    private final RandomGenerator random = new Well19937c(SEED);
    private final EventLoop loop = new EventLoop();
    private final SummaryStatistics waits = new SummaryStatistics();

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.8})
    void waitsOfMM1AreThoseOfTheFormula(double load) {
        Station station = new Station(loop, 1);
        arrive(station, load / SERVICE_NS, exponential(SERVICE_NS));
        assertThat(waits.getMean()).isCloseTo(SERVICE_NS * load / (1 - load), withinPercentage(5));
        assertThat(station.utilization()).isCloseTo(load, within(0.01));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.5, 0.8})
    void waitsOfMD1AreHalfOfThat(double load) {
        Station station = new Station(loop, 1);
        arrive(station, load / SERVICE_NS, () -> SERVICE_NS);
        assertThat(waits.getMean()).isCloseTo(SERVICE_NS * load / (2 * (1 - load)), withinPercentage(5));
    }

    /** Erlang's C for two servers: the share that waits is 2 r^2 / (1 + r) with r the load of each. */
    @Test
    void waitsOfMM2AreErlangs() {
        double load = 0.7;
        Station station = new Station(loop, 2);
        arrive(station, 2 * load / SERVICE_NS, exponential(SERVICE_NS));
        double shareThatWaits = 2 * load * load / (1 + load);
        double expected = shareThatWaits * SERVICE_NS / (2 * (1 - load));
        assertThat(waits.getMean()).isCloseTo(expected, withinPercentage(5));
        assertThat(station.utilization()).isCloseTo(load, within(0.01));
    }

    private void arrive(Station station, double rate, DoubleSupplier service) {
        station.beginMeasuring();
        arriveNext(station, exponential(1 / rate), service);
        loop.runUntil(LONG_NS);
    }

    private void arriveNext(Station station, DoubleSupplier gap, DoubleSupplier service) {
        loop.after(gap.getAsDouble(), () -> {
            double since = loop.nowNs();
            double needs = service.getAsDouble();
            station.serve(needs, () -> waits.addValue(loop.nowNs() - since - needs));
            arriveNext(station, gap, service);
        });
    }

    private DoubleSupplier exponential(double mean) {
        var distribution = new ExponentialDistribution(random, mean);
        return distribution::sample;
    }
}
