// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what the managers of this host are doing, now and at every interval. */
@Command(
        name = "stat",
        usageHelpWidth = 100,
        description = {
            "Shows what the managers of this host are doing: memory, regions, faults a second, and touches that took long.",
            "Reads shared memory, so that looking costs them nothing. Needs their user's id, or root.",
            "Exits with 1 if there is no manager."
        })
final class StatCommand implements Callable<Integer> {
    private static final int NONE = 1;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SECONDS",
            description = "show it again after so many seconds; without it, once")
    private double interval;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TIMES",
            description = "how often; without it, until all have ended")
    private int times;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "only the manager or the application with this process id")
    private long pid;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        StatText text = new StatText();
        for (int round = 1; ; round++) {
            try (Arena arena = Arena.ofConfined()) {
                List<ManagerCounters> managers = ManagerCounters.all(arena).stream()
                        .filter(counters -> pid == 0 || text.isOf(counters, pid))
                        .toList();
                if (managers.isEmpty()) {
                    return none(round);
                }
                text.lines(managers, System.nanoTime()).forEach(System.out::println);
            }
            if (interval <= 0 || round == times) {
                return 0;
            }
            Thread.sleep((long) (interval * 1000));
        }
    }

    private int none(int round) {
        if (round > 1) {
            return 0;
        }
        System.err.println("remap: no manager is running" + (pid == 0 ? "" : " for process " + pid)
                + ", or it belongs to another user.");
        System.err.println("remap: a manager runs as long as the program that opened Remap.");
        return NONE;
    }
}
