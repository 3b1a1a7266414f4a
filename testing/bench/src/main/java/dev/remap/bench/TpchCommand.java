// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench tpch}. */
@Command(
        name = "tpch",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "TPC-H's Q1 and Q6 in plain Java over columns larger than their memory, the demo's, in Remap's regions and in the kernel's",
            "anonymous memory, with swap on zram and a memory cgroup, with as much DRAM in all. The kernel's side needs root."
        })
final class TpchCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final double QUICK_SCALE = 0.25;
    private static final int QUICK_ROUNDS = 2;
    private static final int ROUNDS = 3;
    private static final int REPEATS = 3;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--scale",
            paramLabel = "N",
            description = "TPC-H's scale factor, 0.1 to 100 (default: 1, which is 320 MiB; --quick: 0.25)")
    private @Nullable Double scale;

    @Option(names = "--rounds", paramLabel = "N", description = "default: 3; --quick: 2")
    private @Nullable Integer rounds;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Results results = new Results("tpch");

    @Override
    public Integer call() throws InterruptedException {
        Double askedScale = scale;
        Integer askedRounds = rounds;
        double factor = askedScale != null ? askedScale : options.quick() ? QUICK_SCALE : 1;
        int count = askedRounds != null ? askedRounds : options.quick() ? QUICK_ROUNDS : ROUNDS;
        check(factor >= 0.1 && factor <= 100, "--scale must be 0.1 to 100");
        check(count >= 1 && count <= 100, "--rounds must be 1 to 100");
        Console console = options.console();
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply()) {
            if (!applied.note().isEmpty()) {
                results.missing(applied.note());
            }
            measure(new TpchRun(factor, repeats()), count, console);
            console.result(results.json());
            return 0;
        } catch (IOException e) {
            console.endProgress();
            System.err.println("remap bench tpch: " + e.getMessage());
            return FAILED;
        }
    }

    private int repeats() {
        return options.quick() ? 1 : REPEATS;
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void measure(TpchRun run, int count, Console console) throws IOException, InterruptedException {
        String reason = run.findBudget();
        if (!reason.isEmpty()) {
            results.missing("kernel, swap on zram: " + reason);
        }
        results.setting("scale", run.scale());
        results.setting("column_bytes", run.columnBytes());
        results.setting("mapped_bytes", run.mappedBytes());
        results.setting("budget_bytes", run.budgetBytes());
        console.lines(heading(run, count));
        for (int round = 0; round < count; round++) {
            run.measure(round, console);
        }
        console.endProgress();
        for (SideGroup group : run.groups()) {
            console.lines(GroupTable.lines(group));
            results.add(group);
        }
    }

    private List<String> heading(TpchRun run, int count) {
        List<String> lines = new ArrayList<>();
        lines.add(Format.of(
                "TPC-H at scale %s: 7 columns in %,d MiB, read by plain loads; each answer is checked. Rows a second: median",
                run.scale(), run.columnBytes() >> 20));
        lines.add(Format.of(
                "(smallest..largest) of %d rounds, in each the median of %d runs after one to warm up, the sides in turns, each in a",
                count, repeats()));
        lines.add(Format.of(
                "JVM of its own. kernel: anonymous memory in a memory cgroup of %,d MiB, swap on zram with LZ4. DRAM: what the columns",
                run.mappedBytes() >> 20));
        lines.add(Format.of(
                "take in all, compressed pages included; Remap's budget is %,d MiB, %s.",
                run.budgetBytes() >> 20,
                run.hasPeer() ? "what the kernel took when tried" : "a guess, since the kernel's side is missing"));
        results.missing().forEach(reason -> lines.add("n/a: " + reason));
        return lines;
    }
}
