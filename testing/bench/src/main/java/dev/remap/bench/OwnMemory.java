// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** What Remap takes beside the pages themselves. */
final class OwnMemory {
    private static final String COMMAND = "memory";
    private static final String SIDE = "Remap";
    private static final long PAGE = ReferencePages.PAGE;
    private static final long BUDGET = 64 << 20;

    private static final long CHURN_REGION = 128 << 20;
    private static final long CHURN_BUDGET = 80 << 20;
    private static final int CHURN_SEED = 4711;

    private final Results results;
    private final Console console;

    OwnMemory(Results results, Console console) {
        this.results = results;
        this.console = console;
    }

    /** Resident sets with nothing, then with each of these regions, of which the pages are in no pool: each has one value all over. */
    void processes(long... regionBytes) throws IOException, InterruptedException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET).standby(true))) {
            var manager = new ManagerFootprint(remap.stats().managerPid());
            var standby = new ManagerFootprint(awaitStandby(remap));
            add("manager, no region: resident set", manager.residentBytes());
            add("standby, no region: resident set", standby.residentBytes());
            long least = 0;
            long before = 0;
            for (long bytes : regionBytes) {
                console.progress("memory: writing " + (bytes >> 20) + " MiB");
                try (Region region = remap.create("bench", RegionSpec.ofSize(bytes))) {
                    fillEachPageWithOneValue(region);
                    region.pageOut(0, bytes);
                    long now = manager.residentBytes();
                    add(words("manager", bytes), now);
                    add(words("standby", bytes), standby.residentBytes());
                    if (least > 0) {
                        add(
                                "manager, resident bytes a further page",
                                "bytes/page",
                                (double) (now - before) * PAGE / (bytes - least));
                    }
                    least = bytes;
                    before = now;
                }
            }
        }
    }

    private static String words(String process, long regionBytes) {
        return process + ", region of " + (regionBytes >> 20) + " MiB: resident set";
    }

    /** It is started after the manager has answered. */
    private static long awaitStandby(Remap remap) throws InterruptedException {
        long pid = remap.stats().standbyPid();
        for (int i = 0; pid == 0 && i < 200; i++) {
            Thread.sleep(50);
            pid = remap.stats().standbyPid();
        }
        if (pid == 0) {
            throw new IllegalStateException("no standby came within 10 s");
        }
        Thread.sleep(500); // until it is as ready as it gets
        return pid;
    }

    private static void fillEachPageWithOneValue(Region region) {
        MemorySegment memory = region.segment();
        for (long at = 0; at < region.size(); at += PAGE) {
            long value = at / PAGE + 1;
            for (long word = at; word < at + PAGE; word += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, word, value);
            }
        }
    }

    /** Pages get other contents, of other compressed sizes, in random order, again and again. */
    void churn(int rounds) throws RemapException {
        List<Double> waste = new ArrayList<>();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(CHURN_BUDGET));
                Region region = remap.create("bench", RegionSpec.ofSize(CHURN_REGION))) {
            ReferencePages.fill(region.segment());
            int pages = (int) (CHURN_REGION / PAGE);
            for (int round = 0; round < rounds; round++) {
                console.progress("memory: changing pages, round " + (round + 1) + " of " + rounds);
                int[] order = Shuffle.order(pages, CHURN_SEED + round);
                for (int i = 0; i < pages / 2; i++) {
                    mix(region.segment().asSlice(order[i] * PAGE, PAGE), order[i] + round);
                }
                RegionStats stats = region.stats();
                waste.add((double) stats.occupiedBytes() / stats.storedBytes());
            }
        }
        results.add(ResultRow.of(
                COMMAND,
                "pool of compressed pages, its bytes to those stored",
                SIDE,
                "x",
                rounds,
                Spread.range(waste)));
    }

    /** Makes a part of a page incompressible, of a length that depends on the seed. */
    private static void mix(MemorySegment page, long seed) {
        MemorySegment.copy(MemorySegment.ofArray(ReferencePages.bytes(seed + 1)), 0, page, 0, PAGE);
        long s = seed * 31 + 1;
        long end = Long.remainderUnsigned(Shuffle.next(s), PAGE / 2 / Long.BYTES) * Long.BYTES;
        for (long at = 0; at < end; at += Long.BYTES) {
            s = Shuffle.next(s);
            page.set(ValueLayout.JAVA_LONG, at, s);
        }
    }

    private void add(String work, long bytes) {
        add(work, "bytes", (double) bytes);
    }

    private void add(String work, String unit, double value) {
        results.add(ResultRow.of(COMMAND, work, SIDE, unit, 1, Spread.range(value)));
    }
}
