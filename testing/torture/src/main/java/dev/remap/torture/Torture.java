// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.PrintStream;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Opens Remap, runs the modes asked for, prints how it went. */
final class Torture {
    private static final int FAILED = 1;

    private final TortureConfig config;
    private final TortureMain.Mode mode;
    private final PrintStream out;
    private final IntConsumer halt;

    Torture(TortureConfig config, TortureMain.Mode mode, PrintStream out, IntConsumer halt) {
        this.config = config;
        this.mode = mode;
        this.out = out;
        this.halt = halt;
    }

    /** The exit status. */
    int run() throws Exception {
        out.printf(
                "torture: --seed=%d --threads=%d --region=%d --dram=%d --policy=%s --tiers=%s --file-mode=%s%s, %d s%n",
                config.seed(),
                config.threads(),
                config.regionBytes(),
                config.dramBytes(),
                config.policy(),
                String.join(",", config.tiers()),
                config.fileMode().option(),
                (config.collect() ? " --gc" : "") + (config.killManagers() ? " --kill-managers" : ""),
                config.seconds());
        RunState garbage = new RunState(Integer.MAX_VALUE);
        if (config.collect()) {
            garbage.start("torture-gc", () -> collect(garbage));
        }
        RemapConfig remapConfig =
                RemapConfig.defaults().dramBytes(config.dramBytes()).standby(config.killManagers());
        try (Remap remap = Remap.open(remapConfig)) {
            if (config.killManagers()) {
                runAmongKills(remap);
            } else {
                runModes(remap);
            }
            return 0;
        } catch (TortureFailure e) {
            out.println("FAILED: " + e.getMessage());
            e.printStackTrace(out);
            return FAILED;
        } finally {
            garbage.stop();
            garbage.awaitAll();
        }
    }

    private void runAmongKills(Remap remap) throws Exception {
        try (ManagerKiller killer = ManagerKiller.start(remap, config.seed(), out)) {
            runModes(remap);
            killer.stop();
            out.println(killer.summary());
        }
    }

    private void runModes(Remap remap) throws Exception {
        boolean both = mode == TortureMain.Mode.ALL;
        int countersSeconds = both ? Math.max(1, config.seconds() / 5) : config.seconds();
        if (mode != TortureMain.Mode.COUNTERS) {
            TortureConfig mixed =
                    config.withSeconds(both ? Math.max(1, config.seconds() - countersSeconds) : countersSeconds);
            if (config.fileMode() == FileMode.NONE) {
                try (Region region = create(remap, "mixed", config.regionBytes())) {
                    runWatched(remap, region, new MixedRun(mixed, region));
                }
            } else {
                runOnFile(remap, mixed);
            }
        }
        if (mode != TortureMain.Mode.MIXED) {
            try (Region region = create(remap, "counters", config.regionBytes())) {
                runWatched(remap, region, new CountersRun(config.withSeconds(countersSeconds), region));
            }
        }
    }

    private void runOnFile(Remap remap, TortureConfig mixed) throws Exception {
        try (TestFile file = TestFile.create(mixed)) {
            try (Region region = file.open(remap)) {
                runWatched(remap, region, new MixedRun(mixed, region, file));
                region.force(0, region.size());
            }
            file.check();
            out.printf(
                    "  every byte of the %s file is right%n", mixed.fileMode().option());
        }
    }

    private Region create(Remap remap, String name, long size) throws RemapException {
        RegionSpec spec = RegionSpec.ofSize(size)
                .tiers(config.tiers().toArray(String[]::new))
                .policy(config.policy());
        return remap.create(name, spec);
    }

    private void runWatched(Remap remap, Region region, Run run) throws Exception {
        out.println(region.name() + ":");
        Watch watch = new Watch(run, remap, region, out, halt);
        watch.start();
        String totals = run.call();
        watch.interrupt();
        watch.join();
        RegionStats stats = region.stats();
        out.println(totals);
        out.printf(
                "  %,d operations; faults %s; %,d pages evicted, %,d of them clean; %,d same-filled now%n",
                run.completed(),
                stats.faults(),
                stats.evictedPages(),
                stats.cleanEvictedPages(),
                stats.sameFilledPages());
    }

    /** Half of the time: without a pause as long as the collection, the threads would hardly run. */
    private static void collect(RunState state) {
        while (state.running()) {
            long began = System.nanoTime();
            System.gc();
            LockSupport.parkNanos(System.nanoTime() - began);
        }
    }
}
