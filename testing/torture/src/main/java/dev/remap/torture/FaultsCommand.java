// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code torture faults} command. Exit status: 0 no violation, 1 a violation, 3 stuck. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Random operations while system calls, tiers and messages fail: nothing wrong, stuck or silent.")
final class FaultsCommand implements Callable<Integer> {
    /** Failed pages are logged by the manager, here by the thousand. */
    private static final String QUIET = " -Djdk.system.logger.level=OFF -Djava.util.logging.config.file=";

    @Option(names = "--seconds", description = "how long (default: ${DEFAULT-VALUE})")
    int seconds = 60;

    @Option(names = "--seed", description = "which faults, and which operations (default: a new one)")
    @Nullable
    Long seed;

    @Option(names = "--round", description = "the round to begin with, to repeat it (default: ${DEFAULT-VALUE})")
    int round;

    @Option(names = "--board", hidden = true, description = "the file that the processes share; in this JVM")
    @Nullable
    Path board;

    @Override
    public Integer call() throws Exception {
        long plan = seed == null ? new SplittableRandom().nextLong(1_000_000_000_000L) : seed;
        Path given = board;
        if (given != null) {
            return new FaultsRun(plan, seconds, round, given, System.out, Runtime.getRuntime()::halt).run();
        }
        Path directory = Files.createTempDirectory("remap-faults-");
        try {
            return supervise(directory, plan);
        } finally {
            delete(directory);
        }
    }

    private int supervise(Path directory, long plan) throws IOException, InterruptedException {
        Path shared = directory.resolve("board");
        Path logging = Files.writeString(directory.resolve("logging"), ".level=OFF\nhandlers=\n");
        List<String> flags = List.of(
                "-ea",
                "-Xmx256m",
                "-Djdk.system.logger.level=OFF",
                "-Djava.util.logging.config.file=" + logging,
                "-Ddev.remap.faults=" + FaultRules.applicationPlan(plan, shared),
                "-Ddev.remap.manager.options=-Ddev.remap.faults=" + FaultRules.managerPlan(plan, shared) + QUIET
                        + logging);
        List<String> arguments =
                List.of("faults", "--seed=" + plan, "--seconds=" + seconds, "--round=" + round, "--board=" + shared);
        return new Supervisor(System.out).run(flags, arguments);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
