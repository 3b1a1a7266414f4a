// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Region;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * What a page fault costs the application: the time around a single load that touches a page which is not in DRAM.
 */
final class FaultTimes {
    private static final int LOOKS_PER_SAMPLE = 20;

    private final long[] sortedNs;

    /** Of touches that took so long. */
    FaultTimes(long... timesNs) {
        sortedNs = timesNs.clone();
        Arrays.sort(sortedNs);
    }

    /** A page to touch. */
    private record Target(Region region, long offset) {
        boolean isAbsent() {
            return !region.isLoaded(offset, Sizing.PAGE_BYTES);
        }
    }

    /** Touches pages at random over all regions, each once, timing those that are absent at that moment. */
    static FaultTimes measure(List<Region> regions, int samples, RandomGenerator random, LongConsumer progress)
            throws RemapException {
        List<Target> targets = absentPages(regions, samples, random);
        long[] times = new long[targets.size()];
        int timed = 0;
        for (Target target : targets) {
            if (target.isAbsent()) {
                times[timed++] = touchNs(target.region().segment(), target.offset());
                progress.accept(timed);
            }
        }
        return new FaultTimes(Arrays.copyOf(times, timed));
    }

    /** The volatile read keeps the load between the two looks at the clock. */
    private static long touchNs(MemorySegment segment, long offset) {
        long before = System.nanoTime();
        JAVA_LONG.varHandle().getVolatile(segment, offset);
        return System.nanoTime() - before;
    }

    /** Where the budget is so large that few pages are absent, others are paged out first. */
    private static List<Target> absentPages(List<Region> regions, int samples, RandomGenerator random)
            throws RemapException {
        List<Target> targets = new ArrayList<>();
        Set<Target> seen = new HashSet<>();
        for (int looks = 0; targets.size() < samples && looks < samples * LOOKS_PER_SAMPLE; looks++) {
            Target target = anyPage(regions, random);
            if (seen.add(target)) {
                if (!target.isAbsent() && looks > samples * LOOKS_PER_SAMPLE / 2) {
                    target.region().pageOut(target.offset(), Sizing.PAGE_BYTES);
                }
                if (target.isAbsent()) {
                    targets.add(target);
                }
            }
        }
        return targets;
    }

    private static Target anyPage(List<Region> regions, RandomGenerator random) {
        Region region = regions.get(random.nextInt(regions.size()));
        return new Target(region, random.nextLong(region.size() / Sizing.PAGE_BYTES) * Sizing.PAGE_BYTES);
    }

    int count() {
        return sortedNs.length;
    }

    /** The smallest time that at least this part of the touches did not exceed; 0 if there were none. */
    long percentileNs(double part) {
        int rank = (int) Math.ceil(part * sortedNs.length);
        return sortedNs.length == 0 ? 0 : sortedNs[Math.max(0, rank - 1)];
    }
}
