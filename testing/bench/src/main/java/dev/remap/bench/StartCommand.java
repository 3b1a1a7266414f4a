// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.wire.ManagerRuntime;
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
            "with a manager from its run-time image and without, beside a JVM that starts, prints its version and ends."
        })
final class StartCommand implements Callable<Integer> {
    private static final int ROUNDS = 9;
    private static final int QUICK_ROUNDS = 5;

    @Mixin
    private CommonOptions options = new CommonOptions();

    private final Times byImage = new Times();
    private final Times without = new Times();
    private final List<Double> bare = new ArrayList<>();

    /** A kind of start, round by round. */
    private static final class Times {
        private final List<Double> opened = new ArrayList<>();
        private final List<Double> served = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();
    }

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
        ManagerRuntime image = ManagerRuntime.find();
        add(results, byImage, "Remap");
        add(results, without, "Remap, manager by the application's Java");
        results.add(row("start and end", "JVM, java -version", bare));
        console.lines(List.of(
                "Each round in JVMs of their own, " + rounds
                        + " rounds. ratio: the first fault's time to the bare JVM's.",
                image == null
                        ? "The manager has no run-time image here: both kinds of start are the same."
                        : "Remap: manager from its run-time image and AOT cache.",
                ""));
        console.lines(ResultTable.lines(results.rows()));
        console.result(results.json());
        return 0;
    }

    private void measure() throws IOException, InterruptedException {
        measure(byImage);
        measure(without, "none");
        long start = System.nanoTime();
        Program.run(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version"));
        bare.add((double) (System.nanoTime() - start));
        for (Times each : List.of(byImage, without)) {
            each.ratios.add(each.served.getLast() / bare.getLast());
        }
    }

    private static void measure(Times times, Object... image) throws IOException, InterruptedException {
        try (ChildProgram child = ChildProgram.start(StartMain.class.getName(), image)) {
            String[] figures = child.await("times").split(" ", -1);
            times.opened.add(Double.parseDouble(figures[0]));
            times.served.add(Double.parseDouble(figures[1]));
            child.await("closed");
        }
    }

    private static void add(Results results, Times times, String side) {
        results.add(row("Remap.open", side, times.opened));
        results.add(row("Remap.open to the first served fault", side, times.served)
                .ratio(Spread.range(times.ratios), side + " / JVM"));
    }

    private static ResultRow row(String work, String side, List<Double> timesNs) {
        return ResultRow.of("start", work, side, "ns", timesNs.size(), Spread.range(timesNs));
    }
}
