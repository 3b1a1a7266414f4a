// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.bench.scale.FaultCosts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * What is measured on this machine for {@link ScaleSimulation}: an access by reading pages that fit; the parts of a fault by the clocks of
 * the threads that take part while one thread reads pages that do not; wake-ups, waiting threads and shootdowns by C loops.
 *
 * @param accessNs an access to a mapped page
 * @param one with one thread, round by round
 * @param two with two, right after
 * @param wakeUpNs from waking a thread on another CPU until it runs
 * @param waiterNs what a thread that waits at the same userfaultfd adds to a fault
 * @param elsewhereNs the same if it waits at another
 * @param evictAloneNs a page protected, read and punched by itself, while no other CPU runs the process
 * @param shootdownNs what one that does adds
 * @param interruptNs what it loses
 */
record ScaleMeasurement(
        double accessNs,
        List<MeasuredCosts> one,
        List<MeasuredCosts> two,
        double wakeUpNs,
        double waiterNs,
        double elsewhereNs,
        double evictAloneNs,
        double shootdownNs,
        double interruptNs) {
    private static final String COMMAND = "scale";
    private static final String SIDE = "this machine";
    private static final long MIB = 1 << 20;
    private static final long REGION = 512 * MIB;
    private static final long FITS = 64 * MIB;

    /** Of the region: what may be resident, and what the compressed pages take. As {@code remap bench rate} has it. */
    private static final double BUDGET_SHARE = 0.67;

    private static final int WARM_UP_MS = 1000;
    private static final int MEASURE_MS = 2000;
    private static final double NS_A_SECOND = 1e9;
    private static final int[] WAITERS = {0, 64, 256, 512, 1024};
    private static final int FAULTS = 10_000;
    private static final int EVICTIONS = 20_011;

    static ScaleMeasurement take(Console console, boolean quick) throws IOException, InterruptedException {
        int rounds = quick ? 2 : 7;
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply()) {
            console.progress("what an access costs" + applied.note());
            double accessNs = hitNs();
            console.progress("what a fault costs");
            List<MeasuredCosts> one = new ArrayList<>();
            List<MeasuredCosts> two = new ArrayList<>();
            try (var readers = new RegionReaders(REGION, (long) (REGION * BUDGET_SHARE))) {
                readers.rate(2, 2 * WARM_UP_MS, MEASURE_MS); // until all is compiled
                for (int round = 0; round < rounds; round++) {
                    one.add(MeasuredCosts.of(readers, 1, WARM_UP_MS, MEASURE_MS));
                    two.add(MeasuredCosts.of(readers, 2, WARM_UP_MS, MEASURE_MS));
                }
            }
            Loops loops = Loops.take(quick ? 1 : 3, console);
            return new ScaleMeasurement(
                    accessNs,
                    one,
                    two,
                    loops.wakeUpNs,
                    loops.waiterNs,
                    loops.elsewhereNs,
                    loops.evictAloneNs,
                    loops.shootdownNs,
                    loops.interruptNs);
        }
    }

    private static double hitNs() throws IOException, InterruptedException {
        try (var readers = new RegionReaders(FITS, 4 * FITS)) {
            readers.rate(1, 2 * WARM_UP_MS, 1); // brings all pages in
            return NS_A_SECOND / readers.rate(1, 1, MEASURE_MS);
        }
    }

    /** What C loops measure. */
    private record Loops(
            double wakeUpNs,
            double waiterNs,
            double elsewhereNs,
            double evictAloneNs,
            double shootdownNs,
            double interruptNs) {
        static Loops take(int rounds, Console console) throws IOException, InterruptedException {
            try (CLoop waiters = CLoop.build("waiters_loop");
                    CLoop shootdowns = CLoop.build("shootdown_loop")) {
                console.progress("what waiting threads and shootdowns cost");
                return take(rounds, waiters, shootdowns);
            } catch (CLoop.Missing e) {
                throw new IOException("wake-ups and shootdowns are measured by C programs: " + e.getMessage(), e);
            }
        }

        private static Loops take(int rounds, CLoop waiters, CLoop shootdowns)
                throws IOException, InterruptedException {
            var same = new SimpleRegression();
            var elsewhere = new SimpleRegression();
            double[] wakeUps = new double[rounds];
            double[][] evictions = new double[rounds][];
            for (int round = 0; round < rounds; round++) {
                double anywhere = number(waiters, "same", 0, FAULTS);
                try (CpuCondition.Applied _ = CpuCondition.ONE_CPU.apply()) {
                    for (int waiting : WAITERS) {
                        same.addData(waiting, number(waiters, "same", waiting, FAULTS));
                        elsewhere.addData(waiting, number(waiters, "other", waiting, FAULTS));
                    }
                    wakeUps[round] = Math.max(0, (anywhere - number(waiters, "same", 0, FAULTS)) / 2);
                }
                evictions[round] = eviction(shootdowns);
            }
            double[] middle = medians(evictions);
            return new Loops(
                    Spread.range(wakeUps).median(),
                    Math.max(0, same.getSlope()),
                    Math.max(0, elsewhere.getSlope()),
                    middle[0],
                    Math.max(0, middle[1] - middle[0]),
                    middle[2]);
        }
    }

    /** Alone; with one target, if there is a CPU for it; what that loses. */
    private static double[] eviction(CLoop loop) throws IOException, InterruptedException {
        double[] alone = numbers(loop, 0, EVICTIONS);
        double[] watched = Runtime.getRuntime().availableProcessors() > 1 ? numbers(loop, 1, EVICTIONS) : alone;
        return new double[] {alone[0], watched[0], watched[1]};
    }

    private static double[] medians(double[]... rounds) {
        double[] middle = new double[rounds[0].length];
        for (int i = 0; i < middle.length; i++) {
            int column = i;
            middle[i] = Spread.range(
                            Arrays.stream(rounds).map(round -> round[column]).toList())
                    .median();
        }
        return middle;
    }

    private static double number(CLoop loop, Object... arguments) throws IOException, InterruptedException {
        return numbers(loop, arguments)[0];
    }

    private static double[] numbers(CLoop loop, Object... arguments) throws IOException, InterruptedException {
        String line =
                StandardCharsets.US_ASCII.decode(loop.run(arguments)).toString().strip();
        return Arrays.stream(line.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** What the simulation is given: of all rounds. */
    FaultCosts costs() {
        return costs(MeasuredCosts.median(one));
    }

    /** The same of one round. */
    FaultCosts costs(MeasuredCosts round) {
        return round.costs(accessNs, waiterNs, wakeUpNs, shootdownNs, interruptNs);
    }

    /** In words. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(List.of("Measured here, ns of a CPU unless something else is said:"));
        var table = new TextTable(1, "what", "ns");
        rows().forEach(row ->
                table.row(row.work(), Format.of("%,.0f", row.figure().median())));
        table.lines().forEach(line -> lines.add("  " + line));
        MeasuredCosts middle = MeasuredCosts.median(one);
        lines.add(Format.of(
                "One thread: %.3f faults an access, %.2f pages left a fault; others kept %.2f CPUs busy, with two threads %.2f.",
                middle.faultsAnAccess(),
                middle.evictionsAFault(),
                middle.otherCpus(),
                MeasuredCosts.median(two).otherCpus()));
        return lines;
    }

    void addTo(Results results) {
        results.addAll(rows());
    }

    private List<ResultRow> rows() {
        FaultCosts costs = costs();
        return List.of(
                row("an access to a mapped page", costs.accessNs()),
                row("a fault, the faulting thread's share", costs.faultNs()),
                row("a fault, the fault thread's share", costs.answerNs()),
                row("a page's way out, the reclaim agent's share", costs.evictNs()),
                row("a wake-up across CPUs, no CPU busy", wakeUpNs),
                row("a thread that waits at the same userfaultfd, a fault", waiterNs),
                row("a thread that waits at another userfaultfd, a fault", elsewhereNs),
                row("protect, read and punch a page that lies alone", evictAloneNs),
                row("a further CPU that runs the application, a page that leaves", shootdownNs),
                row("what that CPU loses, a page that leaves", interruptNs));
    }

    private static ResultRow row(String what, double ns) {
        return ResultRow.of(COMMAND, what, SIDE, "ns", 1, Spread.range(ns));
    }
}
