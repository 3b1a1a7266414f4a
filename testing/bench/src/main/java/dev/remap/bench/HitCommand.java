// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code remap bench hit}. */
@Command(
        name = "hit",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "What accesses of present pages cost, beside plain off-heap segments.")
final class HitCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final HitRun.Plan FULL = new HitRun.Plan(4, 8, 40);
    private static final HitRun.Plan QUICK = new HitRun.Plan(1, 8, 30);

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Override
    public Integer call() throws IOException {
        HitRun.Plan plan = options.quick() ? QUICK : FULL;
        Console console = options.console();
        try {
            List<HitFigures> figures = new HitRun(plan, console).measure();
            console.lines(HitReport.lines(plan, figures));
            console.result(HitReport.results(plan, figures).json());
            return 0;
        } catch (RunnerException e) {
            console.endProgress();
            System.err.println("remap bench hit: " + e.getMessage());
            return FAILED;
        }
    }
}
