// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.core.page.PageTransition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills managers at each point of each transition, one after another. */
@Command(
        name = "crash-points",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Kills a manager right before and right after each transition of a page, and has its standby go on: no byte may be"
                        + " wrong, nothing may hang.")
final class CrashPointsCommand implements Callable<Integer> {
    private static final String PLAN = "dev.remap.crash.plan";

    @Option(names = "--count", description = "kill at the how manyth (default: ${DEFAULT-VALUE})")
    int count = 3;

    @Option(names = "--only", description = "only these transitions, as PUBLISH (default: all)", split = ",")
    List<PageTransition> only = List.of();

    @Option(names = "--seed", description = "the operations (default: new ones)")
    @Nullable
    Long seed;

    @Option(names = "--table", paramLabel = "FILE", description = "write a table of the points to this file")
    @Nullable
    Path table;

    @Option(names = "--plan", hidden = true, description = "in this JVM")
    @Nullable
    Path plan;

    @Override
    public Integer call() throws Exception {
        long operations = seed == null ? new SplittableRandom().nextLong(1_000_000_000_000L) : seed;
        if (plan != null) {
            return new CrashScenarios(plan, operations, System.out).run(points());
        }
        Path file = Files.createTempFile("remap-crash-", ".plan");
        try {
            List<String> arguments = new ArrayList<>(
                    List.of("crash-points", "--plan=" + file, "--seed=" + operations, "--count=" + count));
            only.forEach(transition -> arguments.add("--only=" + transition));
            List<String> flags = List.of("-ea", "-Xmx256m", "-Ddev.remap.manager.options=-D" + PLAN + "=" + file);
            int status = new Supervisor(System.out).run(flags, arguments);
            if (status == 0 && table != null) {
                Files.writeString(table, table());
            }
            return status;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private List<CrashPoint> points() {
        return CrashPoint.all(count).stream()
                .filter(point -> only.isEmpty() || only.contains(point.transition()))
                .toList();
    }

    /** What docs/internals/crash-points.md has between its marks. */
    String table() throws IOException {
        StringBuilder text = new StringBuilder("| transition | made by | killed before | killed after |\n")
                .append("| --- | --- | --- | --- |\n");
        for (PageTransition transition : PageTransition.values()) {
            if (CrashPoint.isReachable(transition) && (only.isEmpty() || only.contains(transition))) {
                text.append("| `")
                        .append(transition)
                        .append("` | ")
                        .append(transition.by())
                        .append(" | right | right |\n");
            }
        }
        return text.toString();
    }
}
