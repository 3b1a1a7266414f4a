// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code remap bench fault}. */
@Command(
        name = "fault",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "What a page fault costs, by kind, beside a bare C loop that is built and run in the same session.",
            "Needs gcc and liblz4 for the C side; as root it installs them."
        })
final class FaultCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final FaultRun.Plan FULL = new FaultRun.Plan(4096, 5, 9);
    private static final FaultRun.Plan QUICK = new FaultRun.Plan(2048, 4, 3);

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--conditions",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "held,one_cpu",
            description =
                    "held: any CPU, none asleep, as Remap does while faults are frequent. one_cpu: both processes on one. "
                            + "idle: any CPU, free to sleep (default: ${DEFAULT-VALUE})")
    private List<CpuCondition> conditions = List.of();

    private String missing = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (CLoop loop = build()) {
            show(loop);
            return 0;
        } catch (RemapException e) {
            System.err.println("remap bench fault: " + e.getMessage());
            return FAILED;
        }
    }

    private @Nullable CLoop build() throws IOException, InterruptedException {
        try {
            return CLoop.build("fault_loop");
        } catch (CLoop.Missing e) {
            missing = String.valueOf(e.getMessage());
            return null;
        }
    }

    private void show(@Nullable CLoop loop) throws IOException, InterruptedException {
        FaultRun.Plan plan = options.quick() ? QUICK : FULL;
        Console console = options.console();
        FaultRun run = new FaultRun(plan, loop, console);
        console.lines(FaultReport.heading(plan, missing));
        List<FaultRun.Result> results = new ArrayList<>();
        for (CpuCondition condition : conditions) {
            FaultRun.Result result = run.measure(condition);
            console.lines(FaultReport.table(result));
            results.add(result);
        }
        console.result(FaultReport.results(plan, results, missing).json());
    }
}
