// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;

/** Faults on every page of a region eight times the budget, round after round, and prints what the fault thread allocated. */
final class FaultLoopMain {
    private static final long PAGES = 64 * Pages.MIB / Pages.SIZE;

    private FaultLoopMain() {}

    /** Until the manager's compiler has dealt with the whole fault path; interpreted code allocates. */
    private static final int WARM_UP_ROUNDS = 12;

    private static final int STEADY_BYTES = 1024;

    public static void main(String[] arguments) throws IOException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(8 * Pages.MIB));
                Region region = remap.create("loop", RegionSpec.ofSize(64 * Pages.MIB))) {
            Pages.stamp(region.segment(), 0, PAGES);
            long faults = 0;
            long bytes = Long.MAX_VALUE;
            for (int round = 0; round < WARM_UP_ROUNDS && bytes >= STEADY_BYTES; round++) {
                long bytesBefore = remap.stats().faultThreadAllocatedBytes();
                long faultsBefore = region.stats().touchFaults();
                fault(region, 50_000);
                faults = region.stats().touchFaults() - faultsBefore;
                bytes = remap.stats().faultThreadAllocatedBytes() - bytesBefore;
            }
            System.out.println("faults " + faults);
            System.out.println("allocated " + bytes);
        }
    }

    /** In an order without pattern, so that nothing is read ahead; half of them stores. */
    private static void fault(Region region, long atLeast) {
        long until = region.stats().touchFaults() + atLeast;
        for (long i = 0; region.stats().touchFaults() < until; i++) {
            long page = i * 7919 % PAGES;
            if (Pages.wrongStamps(region.segment(), page, 1) != 0) {
                throw new IllegalStateException("page " + page + " is wrong");
            }
            if (i % 2 == 0) {
                Pages.stamp(region.segment(), page, 1);
            }
        }
    }
}
