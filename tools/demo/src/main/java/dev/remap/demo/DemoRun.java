// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.Advice;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.LongConsumer;

/** One run of the demonstration: load the table, query it, look at what that took. Says on the screen how far it is. */
final class DemoRun {
    private static final int TOUCHES = 2_000;
    private static final long SEED = 1;

    private record Timed<T>(T answer, double seconds) {}

    private record Measured(
            double loadSeconds, Timed<List<PricingRow>> q1, Timed<BigDecimal> q6, FaultTimes faultTimes) {
        DemoResult.Times times(double startSeconds) {
            return new DemoResult.Times(startSeconds, loadSeconds, q1.seconds(), q6.seconds());
        }
    }

    private final Sizing sizing;
    private final Path spillDirectory;
    private final Screen screen;
    private final HeapQueries witness = new HeapQueries();

    DemoRun(Sizing sizing, Path spillDirectory, Screen screen) {
        this.sizing = sizing;
        this.spillDirectory = spillDirectory;
        this.screen = screen;
    }

    /** Blocks until done. */
    DemoResult run() throws RemapException, InterruptedException {
        introduce();
        long before = System.nanoTime();
        try (Remap remap = Remap.open(config())) {
            double startSeconds = (System.nanoTime() - before) / 1e9;
            screen.line(Units.format("  manager ready in %.0f ms", startSeconds * 1e3));
            screen.line("");
            return run(remap, startSeconds);
        }
    }

    private RemapConfig config() {
        return RemapConfig.defaults().dramBytes(sizing.dramBytes()).spillDirectory(spillDirectory);
    }

    private void introduce() {
        screen.line("");
        screen.line(screen.heading(Units.format("  Remap demo: TPC-H lineitem at scale %s", scaleText())));
        screen.line(Units.format(
                "  7 columns in %s of regions, on %s of DRAM (%s); the rest is in %s",
                Units.bytes(sizing.regionBytes()),
                Units.bytes(sizing.dramBytes()),
                Units.ratio(sizing.ratio()),
                sizing.tiers()));
    }

    private String scaleText() {
        return BigDecimal.valueOf(sizing.scale()).stripTrailingZeros().toPlainString();
    }

    private DemoResult run(Remap remap, double startSeconds) throws RemapException, InterruptedException {
        LineitemRegions regions = LineitemRegions.create(remap, sizing);
        DramSampler sampler = new DramSampler(remap.stats().managerPid(), spillDirectory);
        Measured measured;
        try (sampler) {
            measured = measure(regions);
        } catch (InternalError poisoned) {
            // A touch of a page that could not be served; why is for verify to say.
            regions.verify();
            throw poisoned;
        }
        return new DemoResult(
                sizing,
                regions.table().rows(),
                measured.times(startSeconds),
                new Answers(measured.q1().answer(), measured.q6().answer()),
                sizing.scale() == 1 ? Answers.published() : witness.answers(),
                remap.stats(),
                RegionTotals.of(regions.regions()),
                new DemoResult.Sampled(sampler.peakBytes(), sampler.samples(), sampler.spilledBytes()),
                measured.faultTimes());
    }

    private Measured measure(LineitemRegions regions) throws RemapException, InterruptedException {
        regions.advise(Advice.SEQUENTIAL);
        double loadSeconds = load(regions);
        Lineitem table = regions.table();
        Timed<List<PricingRow>> q1 = query("Q1", table, PricingSummary.COLUMNS_READ, PricingSummary::run);
        Timed<BigDecimal> q6 = query("Q6", table, RevenueForecast.COLUMNS_READ, RevenueForecast::run);
        regions.verify();
        return new Measured(loadSeconds, q1, q6, touch(regions));
    }

    private <T> Timed<T> query(String label, Lineitem table, int columns, BiFunction<Lineitem, LongConsumer, T> query) {
        Progress progress = new Progress(screen, label, table.rows(), "rows");
        T answer = query.apply(table, progress::at);
        return new Timed<>(answer, progress.finish(table.rows(), table.bytes(columns)));
    }

    private double load(LineitemRegions regions) throws InterruptedException {
        Progress progress = new Progress(screen, "load", sizing.rowCapacity(), "rows");
        try (RowSource source = RowSource.lineitem(sizing.scale(), witness)) {
            for (RowBlock block = source.next(); block != null; block = source.next()) {
                regions.append(block);
                progress.at(regions.table().rows());
            }
        }
        Lineitem table = regions.table();
        return progress.finish(table.rows(), table.bytes(Column.COUNT));
    }

    private FaultTimes touch(LineitemRegions regions) throws RemapException {
        regions.advise(Advice.RANDOM);
        Progress progress = new Progress(screen, "touch", TOUCHES, "pages");
        FaultTimes times = FaultTimes.measure(regions.regions(), TOUCHES, new SplittableRandom(SEED), progress::at);
        regions.verify();
        progress.finish(times.count(), 0);
        return times;
    }
}
