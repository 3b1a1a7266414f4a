// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.bench.scale.FaultCosts;
import dev.remap.bench.scale.FaultPath;
import dev.remap.bench.scale.FaultPlan;
import dev.remap.bench.scale.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** The simulation, given what was measured: first of this machine, beside what it did; then of a large one. */
final class ScaleSimulation {
    private static final String COMMAND = "scale";
    private static final String SIMULATED = "simulated";
    private static final String MEASURED = "measured";
    private static final double WARM_UP_NS = 100e6;
    private static final double MEASURE_NS = 500e6;
    private static final String RATE = "accesses/s";
    private static final double LEAST_SPEED = 0.1;

    /** Remap's: one reads, the others wait for tiers. */
    private static final int FAULT_THREADS = 8;

    private static final int CPUS = 64;
    private static final int[] THREADS = {1, 2, 4, 8, 16, 32, 64};
    private static final double FAULTS_AN_ACCESS = 0.01;

    /**
     * What a waiting thread adds where the lists of those that wait are in other CPUs' caches: the slope between 64 and 256 threads of
     * published figures. See docs/internals/scale.md.
     */
    private static final double PUBLISHED_WAITER_NS = 84;

    private static final double DISK_NS = 80_000;
    private static final int DISK_DEPTH = 256;

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;

    private final ScaleMeasurement measured;
    private final long seed;
    private final Map<String, List<Outcome>> beyond = new LinkedHashMap<>();

    /** A way to share the work out. */
    private enum Design {
        TODAY("as it is: 1 userfaultfd, 1 reclaim agent", 1, 1, false),
        FDS("8 userfaultfds, 1 reclaim agent", 8, 1, false),
        AGENTS("1 userfaultfd, 8 reclaim agents", 1, 8, false),
        BOTH("8 userfaultfds, 8 reclaim agents", 8, 8, false),
        MANY("32 userfaultfds, 32 reclaim agents", 32, 32, false),
        DISK_TODAY("from a disk, as it is", 1, 1, true),
        DISK_BOTH("from a disk, 8 userfaultfds, 8 reclaim agents", 8, 8, true);

        private final String words;
        private final int userfaultfds;
        private final int agents;
        private final boolean disk;

        Design(String words, int userfaultfds, int agents, boolean disk) {
            this.words = words;
            this.userfaultfds = userfaultfds;
            this.agents = agents;
            this.disk = disk;
        }
    }

    ScaleSimulation(ScaleMeasurement measured, long seed) {
        this.measured = measured;
        this.seed = seed;
    }

    private Outcome run(FaultCosts costs, FaultPlan plan) {
        return FaultPath.simulate(costs, plan, seed, WARM_UP_NS, MEASURE_NS);
    }

    /** One and two threads on this machine's CPUs, less what others had of them, each round with its own costs. */
    List<String> besideThisMachine(Results results) {
        var table = new TextTable(1, "threads", "simulated", "measured", "simulated / measured");
        table.row(beside(1, measured.one(), results));
        table.row(beside(2, measured.two(), results));
        List<String> lines = new ArrayList<>(List.of(
                "",
                Format.of(
                        "Uniform 8-byte reads on this machine, accesses a second: median (smallest..largest) of %d rounds.",
                        measured.one().size()),
                "CPU costs are those of the same round with one thread: its row checks what is not a CPU's work, that",
                "with two is a prediction."));
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    private String[] beside(int threads, List<MeasuredCosts> runs, Results results) {
        int rounds = runs.size();
        double[] simulated = new double[rounds];
        double[] rates = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            simulated[round] =
                    here(threads, measured.one().get(round), runs.get(round).otherCpus());
            rates[round] = runs.get(round).rate();
            ratios[round] = simulated[round] / rates[round];
        }
        String work = "uniform, threads: " + threads;
        Spread ratio = Spread.range(ratios);
        results.add(ResultRow.of(COMMAND, work, SIMULATED, RATE, rounds, Spread.range(simulated))
                .ratio(ratio, SIMULATED + " / " + MEASURED));
        results.add(ResultRow.of(COMMAND, work, MEASURED, RATE, rounds, Spread.range(rates)));
        return new String[] {
            Integer.toString(threads),
            ResultTable.text(RATE, Spread.range(simulated)),
            ResultTable.text(RATE, Spread.range(rates)),
            ratio.ratioText()
        };
    }

    private double here(int threads, MeasuredCosts costs, double otherCpus) {
        int cpus = Runtime.getRuntime().availableProcessors();
        double speed = Math.max(LEAST_SPEED, 1 - otherCpus / cpus);
        FaultPlan plan = new FaultPlan(
                cpus,
                threads,
                costs.faultsAnAccess(),
                Math.min(1, costs.evictionsAFault()),
                1,
                FAULT_THREADS,
                1,
                1,
                FaultPlan.Law.FIXED);
        return run(measured.costs(costs).onCpus(speed), plan).accesses();
    }

    /** Many threads on many CPUs, by the ways to share the work out. */
    List<String> beyondIt(Results results) {
        List<String> lines = new ArrayList<>(List.of(
                "",
                Format.of(
                        "%d CPUs, one access in %.0f faults: faults a second, and what there is too little of.",
                        CPUS, 1 / FAULTS_AN_ACCESS)));
        List<String> headings = new ArrayList<>(List.of("threads"));
        for (int threads : THREADS) {
            headings.add(Integer.toString(threads));
        }
        headings.add("limit at " + THREADS[THREADS.length - 1]);
        var table = new TextTable(1, headings.toArray(String[]::new));
        for (Design design : Design.values()) {
            table.row(row(design, results));
        }
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    private String[] row(Design design, Results results) {
        FaultCosts costs = measured.costs().withWaiter(Math.max(PUBLISHED_WAITER_NS, measured.waiterNs()));
        FaultCosts used = design.disk ? costs.withTier(DISK_NS, costs.answerNs() / 2) : costs;
        List<String> cells = new ArrayList<>(List.of(design.words));
        List<Outcome> outcomes = new ArrayList<>();
        for (int threads : THREADS) {
            FaultPlan plan = new FaultPlan(
                    CPUS,
                    threads,
                    FAULTS_AN_ACCESS,
                    1,
                    design.userfaultfds,
                    FAULT_THREADS,
                    design.agents,
                    DISK_DEPTH,
                    FaultPlan.Law.FIXED);
            Outcome outcome = run(used, plan);
            outcomes.add(outcome);
            cells.add(Format.of("%,.0fk", outcome.faults() / 1000));
            results.add(ResultRow.of(
                            COMMAND,
                            design.words + ", threads: " + threads,
                            SIMULATED,
                            "faults/s",
                            1,
                            Spread.range(outcome.faults()))
                    .details(Map.of("mean_ns", outcome.faultNs())));
        }
        beyond.put(design.words, outcomes);
        cells.add(outcomes.getLast().limit());
        return cells.toArray(String[]::new);
    }

    /** Draws {@link #beyondIt}. */
    void plot(Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Simulated: " + CPUS + " CPUs")
                .xAxisTitle("threads of the application")
                .yAxisTitle("thousand faults a second")
                .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        List<Integer> threads = new ArrayList<>();
        for (int count : THREADS) {
            threads.add(count);
        }
        beyond.forEach((words, outcomes) -> chart.addSeries(
                words,
                threads,
                outcomes.stream().map(outcome -> outcome.faults() / 1000).toList()));
        SvgFile.write(chart, file);
    }
}
