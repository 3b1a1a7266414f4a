// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Devices and a program on the same pages, while devices are unbound and bound, and managers are killed. */
final class DevicesRun {
    private static final int STRIPES = 96;
    private static final long DRAM_BYTES = 8L << 20;
    private static final int LONGEST_PAUSE_MS = 400;
    private static final int LATE_SECONDS = 90;

    private final long seed;
    private final int threads;
    private final int seconds;
    private final boolean kills;
    private final PrintStream out;

    DevicesRun(long seed, int threads, int seconds, boolean kills, PrintStream out) {
        this.seed = seed;
        this.threads = threads;
        this.seconds = seconds;
        this.kills = kills;
        this.out = out;
    }

    /** A line of totals. */
    String run() throws Exception {
        RemapConfig config = RemapConfig.defaults().dramBytes(DRAM_BYTES).standby(kills);
        try (Remap remap = Remap.open(config)) {
            DeviceBench bench = new DeviceBench(remap);
            long operations;
            RegionSpec spec = RegionSpec.ofSize(STRIPES * DeviceStripe.BYTES).tiers("zram", "file");
            try (Region region = remap.create("devices", spec)) {
                if (kills) {
                    try (ManagerKiller killer = ManagerKiller.start(remap, seed, out)) {
                        operations = work(region, bench);
                        killer.stop();
                        out.println(killer.summary());
                    }
                } else {
                    operations = work(region, bench);
                }
            }
            bench.end();
            return String.format(
                    "  every byte is right; %,d operations, %d times a device was bound again, nothing is in use",
                    operations, bench.rebinds());
        }
    }

    private long work(Region region, DeviceBench bench) throws Exception {
        AtomicBoolean ending = new AtomicBoolean();
        List<DeviceStripe> stripes = new ArrayList<>();
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new DeviceStripe(region, i));
        }
        List<Future<Long>> lanes = new ArrayList<>();
        try (ExecutorService executor = Executors.newCachedThreadPool()) {
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < threads; i++) {
                SplittableRandom own = random.split();
                lanes.add(executor.submit(() -> lane(stripes, bench, own, ending)));
            }
            SplittableRandom own = random.split();
            lanes.add(executor.submit(() -> rebind(bench, own, ending)));
            TimeUnit.SECONDS.sleep(seconds);
            ending.set(true);
            long operations = 0;
            for (Future<Long> lane : lanes) {
                operations += result(lane);
            }
            for (DeviceStripe stripe : stripes) {
                stripe.checkAll();
            }
            return operations;
        } finally {
            ending.set(true);
        }
    }

    private static long result(Future<Long> lane) throws Exception {
        try {
            return lane.get(LATE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            TortureFailure failure = new TortureFailure("a thread ended: " + e.getCause());
            failure.initCause(e);
            throw failure;
        }
    }

    private static long lane(
            List<DeviceStripe> stripes, DeviceBench bench, SplittableRandom random, AtomicBoolean ending)
            throws RemapException {
        long done = 0;
        for (; !ending.get(); done++) {
            stripes.get(random.nextInt(stripes.size())).operate(bench.any(random), random);
        }
        return done;
    }

    private static long rebind(DeviceBench bench, SplittableRandom random, AtomicBoolean ending)
            throws RemapException, InterruptedException {
        while (!ending.get()) {
            Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
            bench.rebind(random);
        }
        return 0;
    }
}
