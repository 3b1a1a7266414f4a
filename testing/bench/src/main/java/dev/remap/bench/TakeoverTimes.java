// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/** How long a standby takes to take over from a manager that is killed, by what there is to adopt. */
final class TakeoverTimes {
    private static final long PAGE = ReferencePages.PAGE;
    private static final long SPARE = 64L << 20;
    private static final int LOOKS = 600;
    private static final int PAUSE_MS = 50;

    private TakeoverTimes() {}

    /** Where the pages are. */
    enum Where {
        DRAM("in DRAM"),
        POOL("in compressed DRAM");

        private final String words;

        Where(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** From the notice of the death to faults served, in nanoseconds, with one region of so many bytes. */
    static long measure(Where where, long regionBytes) throws IOException, InterruptedException {
        RemapConfig config =
                RemapConfig.defaults().dramBytes(regionBytes + SPARE).standby(true);
        try (Remap remap = Remap.open(config);
                Region region = remap.create("bench", RegionSpec.ofSize(regionBytes))) {
            fill(region, where);
            Standby.await(remap);
            ProcessHandle.of(remap.stats().managerPid()).orElseThrow().destroyForcibly();
            for (int i = 0; remap.stats().lastTakeoverNs() == 0 && i < LOOKS; i++) {
                Thread.sleep(PAUSE_MS);
            }
            if (region.segment().get(ValueLayout.JAVA_LONG, regionBytes - PAGE) == 0) {
                throw new IllegalStateException("a page reads as zeros after a takeover");
            }
            long tookNs = remap.stats().lastTakeoverNs();
            Standby.await(remap); // it would complain if the next one had to go before it is told what it is for
            return tookNs;
        }
    }

    private static void fill(Region region, Where where) throws RemapException {
        if (where == Where.POOL) {
            ReferencePages.fill(region.segment());
            region.pageOut(0, region.size());
            return;
        }
        for (long at = 0; at < region.size(); at += PAGE) {
            region.segment().set(ValueLayout.JAVA_LONG, at, at + 1);
        }
    }
}
