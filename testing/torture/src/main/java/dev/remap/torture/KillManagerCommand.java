// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The mixed run, over one kind of tier after another, then with devices, while managers are killed. */
@Command(
        name = "kill-manager",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Random operations while managers are killed at random moments, and standbys take over: no byte may be wrong,"
                        + " nothing may hang. Prints how long touches waited.")
final class KillManagerCommand implements Callable<Integer> {
    private static final int PARTS = 5;
    private static final List<List<String>> PLANS = List.of(
            List.of("--tiers=zram"),
            List.of("--tiers=zram,file", "--gc"),
            List.of("--tiers=file"),
            List.of("--file-mode=read-write", "--region=33554432"));

    @Option(names = "--seconds", description = "how long, in five parts (default: ${DEFAULT-VALUE})")
    int seconds = 120;

    @Option(names = "--seed", description = "the plan (default: a new one)")
    @Nullable
    Long seed;

    @Option(
            names = "--assertions",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "without them processes run as their users', and times are theirs")
    boolean assertions;

    @Override
    public Integer call() throws Exception {
        long plan = seed == null ? new SplittableRandom().nextLong(1_000_000_000_000L) : seed;
        int worst = 0;
        for (List<String> part : PLANS) {
            List<String> arguments = new ArrayList<>(List.of("--unsupervised", "--mode=MIXED", "--kill-managers"));
            arguments.addAll(part);
            worst = Math.max(worst, run(plan, arguments));
        }
        return Math.max(worst, run(plan, List.of("devices")));
    }

    private int run(long plan, List<String> part) throws Exception {
        List<String> arguments = new ArrayList<>(part);
        arguments.add("--seed=" + plan);
        arguments.add("--seconds=" + Math.max(1, seconds / PARTS));
        return new Supervisor(System.out).run(List.of(assertions ? "-ea" : "-da", "-Xmx256m"), arguments);
    }
}
