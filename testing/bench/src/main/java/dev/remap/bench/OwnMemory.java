// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What Remap takes beside the pages themselves. */
final class OwnMemory {
    private static final String COMMAND = "memory";
    private static final String SIDE = "Remap";
    private static final long BUDGET = 64 << 20;

    private final Results results;
    private final Console console;

    OwnMemory(Results results, Console console) {
        this.results = results;
        this.console = console;
    }

    /** Resident sets with nothing, and what each page of a region adds to the manager's: see {@link ManagerGrowth}. */
    void processes(long smallBytes, long largeBytes, int rounds) throws IOException, InterruptedException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET).standby(true))) {
            var manager = new ManagerFootprint(remap.stats().managerPid());
            var standby = new ManagerFootprint(Standby.await(remap));
            add("manager, no region: resident set", manager.residentBytes());
            add("standby, no region: resident set", standby.residentBytes());
            for (ManagerGrowth.BytesAPage part :
                    new ManagerGrowth(remap, console).measure(smallBytes, largeBytes, rounds)) {
                results.add(ResultRow.of(
                        COMMAND, "manager, resident bytes " + part.words(), SIDE, "bytes/page", rounds, part.figure()));
            }
            add("manager, afterwards: resident set", manager.residentBytes());
            add("standby, afterwards: resident set", standby.residentBytes());
        }
    }

    /** The pool while pages change: see {@link PoolChurn}. */
    void churn(int rounds) throws RemapException {
        List<Double> ratios = new PoolChurn(console).ratios(rounds);
        double[] sorted =
                ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        results.add(ResultRow.of(
                        COMMAND,
                        "pool of compressed pages, its bytes to those stored",
                        SIDE,
                        "x",
                        ratios.size(),
                        Spread.range(sorted))
                .details(Map.of("p99", Spread.at(sorted, 0.99))));
        results.add(ResultRow.of(
                COMMAND,
                "pool of compressed pages, the same at its worst",
                SIDE,
                "x",
                1,
                Spread.range(sorted[sorted.length - 1])));
    }

    private void add(String work, long bytes) {
        results.add(ResultRow.of(COMMAND, work, SIDE, "bytes", 1, Spread.range((double) bytes)));
    }
}
