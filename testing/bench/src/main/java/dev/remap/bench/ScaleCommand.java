// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code remap bench scale}. */
@Command(
        name = "scale",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "What more threads and CPUs than this machine has would come to: measures here what the parts of a fault",
            "cost, simulates one and two threads with it beside what they do, then 64 CPUs. docs/internals/scale.md",
            "has what follows."
        })
final class ScaleCommand implements Callable<Integer> {
    private static final int FAILED = 2;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "of the simulation (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--no-takeover", description = "do not measure what a takeover costs a page")
    private boolean noTakeover;

    @Option(names = "--plot", paramLabel = "FILE", description = "draw what was simulated, as SVG")
    private @Nullable Path plot;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = options.console();
        Results results = new Results("scale");
        results.setting("seed", seed);
        try {
            ScaleMeasurement measured = ScaleMeasurement.take(console, options.quick());
            List<String> lines = new ArrayList<>(measured.lines());
            ScaleSimulation simulation = new ScaleSimulation(measured, seed);
            lines.addAll(simulation.besideThisMachine(results));
            lines.addAll(simulation.beyondIt(results));
            if (!noTakeover) {
                lines.addAll(takeovers(console, results));
            }
            console.endProgress();
            console.lines(lines);
            measured.addTo(results);
            console.result(results.json());
            if (plot != null) {
                simulation.plot(plot);
            }
            return 0;
        } catch (RemapException e) {
            console.endProgress();
            System.err.println("remap bench scale: " + e.getMessage());
            return FAILED;
        }
    }

    private List<String> takeovers(Console console, Results results) throws IOException, InterruptedException {
        var table = new TextTable(1, "pages to adopt", "small region", "large region", "a further page");
        for (TakeoverTimes.Where where : TakeoverTimes.Where.values()) {
            table.row(TakeoverRow.measure(where, console, options.quick(), results));
        }
        List<String> lines =
                new ArrayList<>(List.of("", "Takeovers: a killed manager's death noticed to faults served."));
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }
}
