// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture devices}. Exit status: 0 all right, 1 something was wrong, 2 usage. */
@Command(
        name = "devices",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Threads touch and write pages while devices migrate them both ways, write to them, go exclusive and take"
                        + " snapshots, devices are unbound and bound, and managers are killed: every byte is checked, and"
                        + " nothing is in use at the end.")
final class DevicesCommand implements Callable<Integer> {
    @Option(names = "--seconds", description = "how long (default: ${DEFAULT-VALUE})")
    int seconds = 600;

    @Option(names = "--threads", description = "threads that work on the region (default: ${DEFAULT-VALUE})")
    int threads = 4;

    @Option(names = "--seed", description = "the plan (default: a new one)")
    @Nullable
    Long seed;

    @Option(names = "--without-kills", description = "let managers live")
    boolean withoutKills;

    @Override
    public Integer call() throws Exception {
        long plan = seed == null ? new SplittableRandom().nextLong(1_000_000_000_000L) : seed;
        System.out.printf(
                "torture devices: --seed=%d --threads=%d%s, %d s%n",
                plan, threads, withoutKills ? " --without-kills" : "", seconds);
        try {
            System.out.println(new DevicesRun(plan, threads, seconds, !withoutKills, System.out).run());
            return 0;
        } catch (TortureFailure e) {
            System.out.println("FAILED: " + e.getMessage());
            e.printStackTrace(System.out);
            return 1;
        }
    }
}
