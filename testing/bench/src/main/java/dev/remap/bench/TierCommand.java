// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code remap bench tier}. */
@Command(
        name = "tier",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "Accesses to more data than may be in memory as it is, beside the kernel's swap on zram with as much DRAM in all.",
            "The kernel's side needs gcc and root: it adds a zram device, swap and a memory cgroup for each of its turns,",
            "and removes them."
        })
final class TierCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final long LEAST_REGION = 256 << 20;
    private static final long MOST_REGION = 64L << 30;
    private static final long REGION = 2L << 30;
    private static final long QUICK_REGION = 512 << 20;
    private static final long MOST_UNIT = 2 << 20;
    private static final int MOST_THREADS = 16;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "NAME",
            description = "of ${COMPLETION-CANDIDATES} (default: all)")
    private List<TierRow> rows = List.of(TierRow.values());

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2",
            description = "default: ${DEFAULT-VALUE}")
    private List<Integer> threads = List.of();

    @Option(
            names = "--region",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "of the data, a quarter of which the kernel's side may have as it is (default: 2G; --quick: 512M)")
    private @Nullable Long regionBytes;

    @Option(
            names = "--unit",
            paramLabel = "SIZE",
            defaultValue = "4K",
            converter = ByteSize.class,
            description =
                    "of data accessed as a whole, a word of each page in order; 4K to 2M, a power of two (default: ${DEFAULT-VALUE})")
    private long unitBytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "of each row (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Spec
    private picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Results results = new Results("tier");

    @Override
    public Integer call() throws InterruptedException {
        TierPlan plan = plan();
        Console console = options.console();
        try (CpuCondition.Applied applied = CpuCondition.HELD.apply();
                CLoop loop = peer(plan)) {
            if (!applied.note().isEmpty()) {
                results.missing(applied.note());
            }
            measure(plan, loop, console);
            console.result(results.json());
            return 0;
        } catch (IOException e) {
            console.endProgress();
            System.err.println("remap bench tier: " + e.getMessage());
            return FAILED;
        }
    }

    private TierPlan plan() {
        Long asked = regionBytes;
        long region = asked != null ? asked : options.quick() ? QUICK_REGION : REGION;
        check(region >= LEAST_REGION && region <= MOST_REGION, "--region must be 256M to 64G");
        check(
                unitBytes >= ReferencePages.PAGE && unitBytes <= MOST_UNIT && Long.bitCount(unitBytes) == 1,
                "--unit must be a power of two, 4K to 2M");
        check(region % MOST_UNIT == 0, "--region must be a multiple of 2M");
        check(rounds >= 1 && rounds <= 100, "--rounds must be 1 to 100");
        check(
                threads.stream().allMatch(count -> count >= 1 && count <= MOST_THREADS),
                "--threads must be 1 to 16 each");
        return TierPlan.of(region, (int) unitBytes, rounds, options.quick());
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private @Nullable CLoop peer(TierPlan plan) throws IOException, InterruptedException {
        String reason = SwapPeer.missing(plan);
        try {
            if (reason.isEmpty()) {
                return CLoop.build("tier_loop");
            }
        } catch (CLoop.Missing e) {
            reason = String.valueOf(e.getMessage());
        }
        results.missing("kernel, swap on zram: " + reason);
        return null;
    }

    private void measure(TierPlan plan, @Nullable CLoop loop, Console console)
            throws IOException, InterruptedException {
        TierRun run = new TierRun(plan, loop, console);
        long budget = run.budgetBytes();
        results.setting("region_bytes", plan.regionBytes());
        results.setting("unit_bytes", plan.unitBytes());
        results.setting("mapped_bytes", plan.mappedBytes());
        results.setting("budget_bytes", budget);
        results.setting("warm_up_ms", plan.warmUpMs());
        results.setting("measure_ms", plan.measureMs());
        console.progress("writing " + (plan.regionBytes() >> 20) + " MiB");
        try (var region = new TierRegion(plan, budget)) {
            console.endProgress();
            console.lines(TierReport.heading(plan, budget, results.missing()));
            for (TierRow row : EnumSet.copyOf(new ArrayList<>(rows))) {
                for (int count : threads(row)) {
                    SideGroup group = run.measure(region, row, count);
                    console.lines(GroupTable.lines(group));
                    results.add(group);
                }
            }
            results.setting("kernel_turns_repeated", run.killedTurns());
            if (run.killedTurns() > 0) {
                console.lines(List.of(
                        "",
                        "The kernel's OOM killer ended " + run.killedTurns()
                                + " of its own side's turns, swap or not; they were repeated."));
            }
        }
    }

    /** A chase has five sides: a quick one of them is with the first number of threads only. */
    private List<Integer> threads(TierRow row) {
        return row == TierRow.CHASE && options.quick() ? threads.subList(0, 1) : threads;
    }
}
