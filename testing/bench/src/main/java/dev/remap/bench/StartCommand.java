// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code remap bench start}. */
@Command(
        name = "start",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "How long an application that has just begun waits from Remap.open to its first served page fault,",
            "beside a JVM that starts, prints its version and ends."
        })
final class StartCommand implements Callable<Integer> {
    private static final int ROUNDS = 9;
    private static final int QUICK_ROUNDS = 5;

    @Mixin
    private CommonOptions options = new CommonOptions();

    private final List<Double> opened = new ArrayList<>();
    private final List<Double> served = new ArrayList<>();
    private final List<Double> bare = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = options.console();
        int rounds = options.quick() ? QUICK_ROUNDS : ROUNDS;
        for (int round = 0; round < rounds; round++) {
            console.progress("start: round " + (round + 1) + " of " + rounds);
            measure();
        }
        console.endProgress();
        Results results = new Results("start");
        results.add(row("Remap.open", "Remap", opened));
        results.add(row("Remap.open to the first served fault", "Remap", served)
                .ratio(Spread.range(ratios), "Remap / JVM"));
        results.add(row("start and end", "JVM, java -version", bare));
        console.lines(List.of(
                "Each round in a JVM of its own, " + rounds + " rounds. ratio: the first fault's time to the JVM's.",
                ""));
        console.lines(ResultTable.lines(results.rows()));
        console.result(results.json());
        return 0;
    }

    private void measure() throws IOException, InterruptedException {
        try (ChildProgram child = ChildProgram.start(StartMain.class.getName())) {
            String[] times = child.await("times").split(" ", -1);
            opened.add(Double.parseDouble(times[0]));
            served.add(Double.parseDouble(times[1]));
            child.await("closed");
        }
        long start = System.nanoTime();
        Program.run(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version"));
        bare.add((double) (System.nanoTime() - start));
        ratios.add(served.getLast() / bare.getLast());
    }

    private static ResultRow row(String work, String side, List<Double> timesNs) {
        return ResultRow.of("start", work, side, "ns", timesNs.size(), Spread.range(timesNs));
    }
}
