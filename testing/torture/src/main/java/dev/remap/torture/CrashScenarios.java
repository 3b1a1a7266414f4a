// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A few seconds of everything for each point, with a manager that dies there. */
final class CrashScenarios {
    private static final int SECONDS = 3;
    private static final int THREADS = 2;
    private static final long REGION_BYTES = 16L << 20;
    private static final long DRAM_BYTES = 4L << 20;
    private static final long STANDBY_NS = 30_000_000_000L;
    private static final int POLL_MS = 5;
    private static final int FAILED = 1;

    private final Path plan;
    private final long seed;
    private final PrintStream out;

    CrashScenarios(Path plan, long seed, PrintStream out) {
        this.plan = plan;
        this.seed = seed;
        this.out = out;
    }

    /** The exit status. */
    int run(List<CrashPoint> points) throws Exception {
        out.printf("crash-points: --seed=%d, %d points%n", seed, points.size());
        int wrong = 0;
        for (CrashPoint point : points) {
            try {
                long operations = run(point);
                out.printf("  %-34s taken over, %,d operations, every byte is right%n", point.plan(), operations);
            } catch (TortureFailure e) {
                wrong++;
                out.printf("  %-34s FAILED: %s%n", point.plan(), e.getMessage());
                e.printStackTrace(out);
            }
        }
        out.printf("%d passed, %d failed%n", points.size() - wrong, wrong);
        return wrong == 0 ? 0 : FAILED;
    }

    private long run(CrashPoint point) throws Exception {
        Files.writeString(plan, point.plan());
        TortureConfig config = new TortureConfig(
                seed,
                SECONDS,
                0,
                THREADS,
                REGION_BYTES,
                DRAM_BYTES,
                false,
                List.of("zram", "file"),
                "s3fifo",
                FileMode.NONE,
                true);
        try (Remap remap =
                Remap.open(RemapConfig.defaults().dramBytes(config.dramBytes()).standby(true))) {
            awaitStandby(remap);
            long operations = work(remap, config, point);
            if (remap.stats().takeovers() != 1) {
                throw new TortureFailure(
                        "the point was not reached: " + remap.stats().takeovers() + " takeovers");
            }
            return operations;
        }
    }

    /** Failed pages need a run of their own: the mixed one takes any that it sees for its own. */
    private static long work(Remap remap, TortureConfig config, CrashPoint point) throws Exception {
        return point.isOfFailedPages() ? workOnCutFiles(remap) : workOnRegion(remap, config);
    }

    private static long workOnRegion(Remap remap, TortureConfig config) throws Exception {
        RegionSpec spec =
                RegionSpec.ofSize(config.regionBytes()).tiers(config.tiers().toArray(String[]::new));
        try (Region region = remap.create("mixed", spec)) {
            MixedRun run = new MixedRun(config, region);
            run.call();
            return run.completed();
        }
    }

    private static long workOnCutFiles(Remap remap) throws Exception {
        RunState state = new RunState(SECONDS);
        StaleFiles files = new StaleFiles(remap, state);
        state.start("torture-cut", files::run);
        state.awaitAll();
        state.rethrow();
        return files.completed();
    }

    private static void awaitStandby(Remap remap) throws InterruptedException {
        long start = System.nanoTime();
        while (remap.stats().standbyPid() == 0) {
            if (System.nanoTime() - start > STANDBY_NS) {
                throw new TortureFailure("there is no standby");
            }
            Thread.sleep(POLL_MS);
        }
    }
}
