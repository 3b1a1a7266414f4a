// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.PageFailure;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Writes more than the budget can hold of what cannot be compressed, and prints how it is told. */
final class ExhaustionMain {
    private static final long BUDGET = 8 * Pages.MIB;
    private static final long PAGES = 4 * BUDGET / Pages.SIZE;

    private final Region region;
    private final Remap remap;

    private ExhaustionMain(Remap remap, Region region) {
        this.remap = remap;
        this.region = region;
    }

    public static void main(String[] arguments) throws IOException {
        RegionSpec spec = RegionSpec.ofSize(PAGES * Pages.SIZE).maxStall(Duration.ofMillis(500));
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
                Region region = remap.create("exhausted", spec)) {
            new ExhaustionMain(remap, region).run();
        }
        System.out.println("end");
    }

    private void run() throws IOException {
        long written = writeUntilRefused();
        System.out.println("written " + written);
        List<PageFailure> failures = region.failures();
        System.out.println("failures " + failures.size() + " "
                + failures.stream().map(PageFailure::category).distinct().toList());
        System.out.println("check " + category(Remap::check));
        System.out.println("load " + category(() -> region.load(0, PAGES * Pages.SIZE, Duration.ofSeconds(5))));
        System.out.println("used " + remap.stats().dramPeakBytes());
        System.out.println("wrong " + wrongPages(Math.min(written, 64)));
        makeRoom(written);
    }

    /** Pages that were written without an error. */
    private long writeUntilRefused() {
        for (long page = 0; page < PAGES; page++) {
            long began = System.nanoTime();
            try {
                Pages.write(region.segment(), page, Pages.random(page));
            } catch (InternalError e) {
                System.out.println("touch InternalError " + (System.nanoTime() - began) / 1_000_000);
                return page;
            }
        }
        return PAGES;
    }

    /** What was written before the memory was used up is still there. */
    private long wrongPages(long count) throws RemapException {
        long wrong = 0;
        for (long page = 0; page < count; page++) {
            if (!Arrays.equals(Pages.read(region.segment(), page), Pages.random(page))) {
                wrong++;
            }
        }
        region.verify(0, count * Pages.SIZE);
        return wrong;
    }

    /** Freeing what is stored makes the region usable again. */
    private void makeRoom(long written) throws RemapException {
        region.discard(0, PAGES * Pages.SIZE);
        region.segment().set(JAVA_LONG, written * Pages.SIZE, 42);
        region.verify(0, PAGES * Pages.SIZE);
        System.out.println("after discard " + region.segment().get(JAVA_LONG, written * Pages.SIZE));
    }

    private interface Check {
        void run() throws RemapException;
    }

    private static String category(Check check) {
        try {
            check.run();
            return "passes";
        } catch (RemapException e) {
            return e.category().name();
        }
    }
}
