// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.RemapException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code remap bench memory}. */
@Command(
        name = "memory",
        sortOptions = false,
        usageHelpWidth = 100,
        description = {
            "What Remap itself takes: the manager and its standby, how they grow with the pages of a region,",
            "and what the pool of compressed pages wastes while pages change."
        })
final class MemoryCommand implements Callable<Integer> {
    private static final int FAILED = 2;
    private static final long SMALL = 256L << 20;
    private static final long LARGE = 4L << 30;
    private static final long LARGE_IF_QUICK = 2L << 30;
    private static final int GROWTH_ROUNDS = 5;
    private static final int CHURN_ROUNDS = 16;

    @Mixin
    private CommonOptions options = new CommonOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Console console = options.console();
        Results results = new Results("memory");
        try {
            OwnMemory memory = new OwnMemory(results, console);
            memory.processes(SMALL, options.quick() ? LARGE_IF_QUICK : LARGE, options.quick() ? 3 : GROWTH_ROUNDS);
            memory.churn(CHURN_ROUNDS);
            console.endProgress();
            console.lines(List.of(
                    "Resident sets are what /proc says. A page is 4 KiB; its region's pages all have been written.",
                    "Bytes a further page: a region of " + (SMALL >> 20) + " MiB and a larger one, by turns.",
                    ""));
            console.lines(ResultTable.lines(results.rows()));
            console.result(results.json());
            return 0;
        } catch (RemapException e) {
            console.endProgress();
            System.err.println("remap bench memory: " + e.getMessage());
            return FAILED;
        }
    }
}
