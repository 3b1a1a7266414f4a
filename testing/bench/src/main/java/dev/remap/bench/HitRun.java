// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link HitBenchmark} by JMH, and tells its iterations' results apart by whose turn they were. */
final class HitRun {
    private static final int WARM_UP_ROUNDS = 8;
    private static final double MEDIAN = 50;
    private static final String IGNORE_LOCK = "jmh.ignoreLock";

    /** How much to measure. */
    record Plan(int jvms, int rounds, int iterationMs) {}

    private final Plan plan;
    private final Console console;

    HitRun(Plan plan, Console console) {
        this.plan = plan;
        this.console = console;
        System.setProperty(IGNORE_LOCK, "true");
    }

    /** One kind of access after the other. */
    List<HitFigures> measure() throws RunnerException {
        List<HitFigures> all = new ArrayList<>();
        for (HitFigures.Access access : HitFigures.Access.values()) {
            console.progress(access.words());
            HitFigures figures = new HitFigures(access);
            measure(access).forEach(result -> collect(result, figures));
            all.add(figures);
        }
        console.endProgress();
        return all;
    }

    private Collection<RunResult> measure(HitFigures.Access access) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(plan.iterationMs());
        return new Runner(new OptionsBuilder()
                        .include(HitBenchmark.class.getName() + "." + access.method() + "$")
                        .forks(plan.jvms())
                        .warmupIterations(Memory.iterations(WARM_UP_ROUNDS))
                        .warmupTime(time)
                        .measurementIterations(Memory.iterations(plan.rounds()))
                        .measurementTime(time)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
    }

    private static void collect(RunResult result, HitFigures figures) {
        for (BenchmarkResult jvm : result.getBenchmarkResults()) {
            int iteration = Memory.iterations(WARM_UP_ROUNDS);
            for (IterationResult of : jvm.getIterationResults()) {
                double medianNs = of.getPrimaryResult().getStatistics().getPercentile(MEDIAN);
                figures.add(
                        Memory.turn(iteration++), medianNs / figures.access().perInvocation());
            }
        }
    }
}
