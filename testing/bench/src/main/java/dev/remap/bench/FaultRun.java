// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.FaultKind;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Faults of each kind under one condition. A round takes every kind once, Remap and the C loop one after the other; which comes first
 * alternates. Before the first, unmeasured rounds let the manager's fault path be compiled, as it is in any program that runs for seconds.
 */
final class FaultRun {
    /** How much to measure. */
    record Plan(int pages, int warmUpRounds, int rounds) {}

    private final Plan plan;
    private final @Nullable CLoop loop;
    private final Console console;
    private final ReferencePages contents;

    FaultRun(Plan plan, @Nullable CLoop loop, Console console) {
        this.plan = plan;
        this.loop = loop;
        this.console = console;
        contents = new ReferencePages(plan.pages());
    }

    /** What a condition came to. */
    record Result(CpuCondition condition, String note, List<FaultFigures> figures) {}

    Result measure(CpuCondition condition) throws IOException, InterruptedException {
        List<FaultFigures> figures =
                Arrays.stream(FaultKind.values()).map(FaultFigures::new).toList();
        try (CpuCondition.Applied applied = condition.apply();
                RegionFaults faults = new RegionFaults(plan.pages(), contents, condition.holdsLatency())) {
            warmUp(condition, faults);
            for (int round = 0; round < plan.rounds(); round++) {
                console.progress(condition.words() + ": round " + (round + 1) + " of " + plan.rounds());
                for (FaultFigures of : figures) {
                    measure(faults, of, round);
                }
            }
            console.endProgress();
            return new Result(condition, applied.note(), figures);
        }
    }

    private void warmUp(CpuCondition condition, RegionFaults faults) throws RemapException {
        for (int round = 0; round < plan.warmUpRounds(); round++) {
            console.progress(condition.words() + ": warming up");
            for (FaultKind kind : FaultKind.values()) {
                faults.measure(kind, 1 + round);
            }
        }
        faults.takeShareOfKind();
    }

    private void measure(RegionFaults faults, FaultFigures figures, int round)
            throws IOException, InterruptedException {
        boolean bareFirst = round % 2 == 1;
        if (bareFirst) {
            measureBare(figures, round);
        }
        TouchTimes times = faults.measure(figures.kind(), round + 1L);
        figures.addRemap(times, faults.takeShareOfKind());
        if (!bareFirst) {
            measureBare(figures, round);
        }
    }

    private void measureBare(FaultFigures figures, int round) throws IOException, InterruptedException {
        if (loop != null) {
            long[] ns = new long[plan.pages()];
            loop.run(figures.kind(), plan.pages(), round + 1)
                    .order(ByteOrder.nativeOrder())
                    .asLongBuffer()
                    .get(ns);
            figures.addBare(TouchTimes.of(ns));
        }
    }
}
