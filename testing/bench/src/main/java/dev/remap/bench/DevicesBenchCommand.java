// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Device;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.driver.dmirror.protocol.DmirrorProtocol;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code remap bench devices}: what devices cost, and what they leave behind. */
@Command(
        name = "devices",
        usageHelpWidth = 100,
        description = {
            "What devices cost, on the virtual device dmirror: binding one with 1 TiB of memory; what 10,000 bindings and 64"
                    + " devices at once leave in the manager (descriptors, threads, memory); pages a second to a device's memory"
                    + " and, touched in order and at random, back."
        })
final class DevicesBenchCommand implements Callable<Integer> {
    private static final int PAGE = DmirrorProtocol.PAGE_BYTES;
    private static final int AT_ONCE = 64;
    private static final long TEBIBYTE_PAGES = 1L << 28;
    private static final int PAGES = 16384;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final MemorySegment NO_BYTES = MemorySegment.ofArray(new byte[0]);
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_S = 1e9;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    @SuppressWarnings("unused") // picocli acts on it
    private boolean help;

    @Option(
            names = "--cycles",
            defaultValue = "10000",
            description = "bindings one after another (default: ${DEFAULT-VALUE})")
    private int cycles;

    @Option(names = "--rounds", defaultValue = "5", description = "rounds of migrations (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Override
    public Integer call() throws RemapException, IOException {
        RemapConfig config = RemapConfig.defaults().dramBytes(512L << 20);
        try (Remap remap = Remap.open(config)) {
            long manager = remap.stats().managerPid();
            registration(remap);
            leftovers(remap, new ManagerFootprint(manager));
            migrations(remap);
        }
        return 0;
    }

    private static void registration(Remap remap) throws RemapException {
        double[] ms = new double[5];
        for (int i = 0; i < ms.length; i++) {
            long startNs = System.nanoTime();
            Device device = remap.bind("tebibyte", "dmirror", "pages=" + TEBIBYTE_PAGES);
            ms[i] = (System.nanoTime() - startNs) / NS_PER_MS;
            device.unbind(PATIENCE);
        }
        Arrays.sort(ms);
        System.out.println(Format.of(
                "bind a device with 1 TiB of memory: %.1f ms (median of %d, %.1f..%.1f)",
                ms[ms.length / 2], ms.length, ms[0], ms[ms.length - 1]));
    }

    private void leftovers(Remap remap, ManagerFootprint footprint) throws RemapException, IOException {
        TextTable table = new TextTable(1, "manager", "descriptors", "threads", "RSS", "heap, off-heap and code");
        for (int i = 0; i < AT_ONCE; i++) {
            remap.bind("warm", "dmirror", "").unbind(PATIENCE); // classes, buffers that are kept
        }
        footprint.row(table, "before");
        for (int i = 0; i < cycles; i++) {
            remap.bind("cycle", "dmirror", "").unbind(PATIENCE);
        }
        footprint.row(table, Format.of("after %,d bindings", cycles));
        List<Device> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(remap.bind("many" + i, "dmirror", ""));
            all.getLast().command(DmirrorProtocol.RELEASE, 0, NO_BYTES, PATIENCE);
        }
        footprint.row(table, "with " + AT_ONCE + " devices");
        for (Device device : all) {
            device.unbind(PATIENCE);
        }
        footprint.row(table, "without them");
        table.lines().forEach(System.out::println);
    }

    private void migrations(Remap remap) throws RemapException {
        Device device = remap.bind("bench", "dmirror", "pages=" + 2 * PAGES); // frames come back a little later
        try (Region region = remap.create("bench", RegionSpec.ofSize((long) PAGES * PAGE))) {
            MemorySegment memory = region.segment();
            for (int page = 0; page < PAGES; page++) {
                memory.set(ValueLayout.JAVA_LONG, (long) page * PAGE, page);
                memory.set(ValueLayout.JAVA_LONG, (long) page * PAGE + 8, ~page);
            }
            double[] out = new double[rounds];
            double[] ordered = new double[rounds];
            double[] random = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                out[round] = toDevice(device, region);
                ordered[round] = rate(() -> touch(memory, 1));
                toDevice(device, region);
                random[round] = rate(() -> touch(memory, 7919));
            }
            TextTable table = new TextTable(1, "pages", "per second", "range");
            row(table, "to the device", out);
            row(table, "back, touched in order", ordered);
            row(table, "back, touched at random", random);
            table.lines().forEach(System.out::println);
        } finally {
            device.unbind(PATIENCE);
        }
    }

    private static void row(TextTable table, String what, double[] rates) {
        Spread spread = Spread.range(rates);
        table.row(what, Format.of("%,.0f", spread.median()), Format.of("%,.0f..%,.0f", spread.low(), spread.high()));
    }

    private static double toDevice(Device device, Region region) throws RemapException {
        long startNs = System.nanoTime();
        long there = DmirrorProtocol.pages(
                device.command(DmirrorProtocol.MIGRATE_TO_DEV, 0, region, 0, (long) PAGES * PAGE, NO_BYTES, PATIENCE));
        double rate = PAGES * NS_PER_S / (System.nanoTime() - startNs);
        if (there != PAGES) {
            throw new IllegalStateException(there + " pages of " + PAGES + " have been migrated");
        }
        return rate;
    }

    private static double rate(LongSupplier work) {
        long startNs = System.nanoTime();
        if (work.getAsLong() != 0) {
            throw new IllegalStateException("wrong bytes came back");
        }
        return PAGES * NS_PER_S / (System.nanoTime() - startNs);
    }

    /** Touches each page once, so many apart; answers how many were wrong. */
    private static long touch(MemorySegment memory, int step) {
        long wrong = 0;
        for (int i = 0; i < PAGES; i++) {
            int page = (int) ((long) i * step % PAGES);
            wrong += memory.get(ValueLayout.JAVA_LONG, (long) page * PAGE) == page ? 0 : 1;
        }
        return wrong;
    }
}
