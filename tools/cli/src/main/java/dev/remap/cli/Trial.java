// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Tries Remap on a small region: written, pushed out of DRAM, read back by touching it. */
final class Trial {
    private static final long REGION_BYTES = 1 << 20;
    private static final long NAMED_BUDGET_BYTES = 32 << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Trial() {}

    /** With the default budget, or with a named one where that leaves too little. */
    static HostFacts.Trial run() {
        try {
            return run(0, "");
        } catch (RemapException e) {
            return e.category() == RemapException.Category.INVALID ? runWithNamedBudget(e.getMessage()) : failed(e);
        }
    }

    private static HostFacts.Trial runWithNamedBudget(@Nullable String problemOfDefault) {
        try {
            return run(NAMED_BUDGET_BYTES, String.valueOf(problemOfDefault));
        } catch (RemapException e) {
            return failed(e);
        }
    }

    private static HostFacts.Trial failed(RemapException e) {
        return e.category() == RemapException.Category.NOT_FOUND
                ? HostFacts.Trial.none()
                : new HostFacts.Trial(true, String.valueOf(e.getMessage()), 0, "", "");
    }

    private static HostFacts.Trial run(long budgetBytes, String budgetProblem) throws RemapException {
        long before = System.nanoTime();
        RemapConfig config = RemapConfig.defaults().dramBytes(budgetBytes).openTimeout(PATIENCE);
        try (Remap remap = Remap.open(config)) {
            long startNs = System.nanoTime() - before;
            String failure = use(remap);
            String origin = budgetProblem.isEmpty() ? remap.stats().budgetOrigin() : "";
            return new HostFacts.Trial(true, failure, startNs, origin, budgetProblem);
        }
    }

    private static String use(Remap remap) throws RemapException {
        try (Region region = remap.create("doctor", RegionSpec.ofSize(REGION_BYTES))) {
            MemorySegment segment = region.segment();
            for (long offset = 0; offset < REGION_BYTES; offset += Long.BYTES) {
                segment.set(ValueLayout.JAVA_LONG, offset, offset);
            }
            region.pageOut(0, REGION_BYTES);
            long wrong = 0;
            for (long offset = 0; offset < REGION_BYTES; offset += Long.BYTES) {
                wrong += segment.get(ValueLayout.JAVA_LONG, offset) == offset ? 0 : 1;
            }
            region.verify(0, REGION_BYTES);
            return wrong == 0 ? "" : wrong + " of " + REGION_BYTES / Long.BYTES + " values came back wrong";
        }
    }
}
