// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.linux.ProcFs;
import java.io.IOException;
import java.util.SplittableRandom;

/** Touches 8 TiB in places far apart, reads them back, and prints the page tables' size as it goes. */
final class SparseMain {
    private static final long SIZE = 8L << 40;
    private static final int TOUCHES = 20_000;
    private static final long STRIDE = SIZE / TOUCHES;
    private static long mostTablesKb;

    private SparseMain() {}

    public static void main(String[] arguments) throws IOException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
                Region region = remap.create("sparse", RegionSpec.ofSize(SIZE))) {
            long before = tablesKb();
            for (int i = 0; i < TOUCHES; i++) {
                region.segment().set(JAVA_LONG, offset(i), ~i);
                sample(i);
            }
            System.out.println("mappings " + mappings(region));
            long wrong = 0;
            for (int i = 0; i < TOUCHES; i++) {
                wrong += region.segment().get(JAVA_LONG, offset(i)) == ~i ? 0 : 1;
                sample(i);
            }
            System.out.println("wrong " + wrong);
            System.out.println(
                    "tables " + (mostTablesKb - before) + " of " + remap.stats().managerPid());
            System.out.println("mappings again " + mappings(region));
        }
    }

    /** Somewhere within the i-th part, in an order without pattern. */
    private static long offset(int i) {
        long part = (i * 7919L) % TOUCHES;
        return (part * STRIDE + new SplittableRandom(i).nextLong(STRIDE)) & -Long.BYTES;
    }

    private static void sample(int i) {
        if (i % 100 == 0) {
            mostTablesKb = Math.max(mostTablesKb, tablesKb());
        }
    }

    private static long tablesKb() {
        return ProcFs.statusKb((int) ProcessHandle.current().pid(), "VmPTE");
    }

    static long mappings(Region region) {
        long start = region.segment().address();
        return ProcFs.vmas((int) ProcessHandle.current().pid(), start, start + region.size())
                .size();
    }
}
