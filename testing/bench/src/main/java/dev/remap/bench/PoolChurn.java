// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.RegionStats;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What the pool of compressed pages takes beyond their bytes, while pages get other contents. How well they compress changes from phase to
 * phase, so that the slots of one size that one phase frees at random are not those that the next one needs; a phase also discards a
 * part of the pages, at random. The figure is taken again and again while it goes on, not when it has come to rest.
 */
final class PoolChurn {
    private static final long PAGE = ReferencePages.PAGE;
    private static final long REGION = 128 << 20;
    private static final long BUDGET = 80 << 20;
    private static final int PAGES = (int) (REGION / PAGE);
    private static final int SEED = 4711;
    private static final int PAGES_A_LOOK = 256;
    private static final int DISCARDED_SHARE = 8;

    private final Console console;

    /** How much of a page is noise, which does not compress: from, to. All longs of the rest are of a reference page. */
    private enum Phase {
        WELL(0, 0.05),
        MIXED(0, 0.5),
        BADLY(0.4, 0.6),
        FAIRLY(0.1, 0.3);

        private final double from;
        private final double to;

        Phase(double from, double to) {
            this.from = from;
            this.to = to;
        }
    }

    PoolChurn(Console console) {
        this.console = console;
    }

    /** The pool's bytes to those stored in it, at each look once all pages have been changed. */
    List<Double> ratios(int rounds) throws RemapException {
        List<Double> ratios = new ArrayList<>();
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
                Region region = remap.create("bench", RegionSpec.ofSize(REGION))) {
            ReferencePages.fill(region.segment());
            for (int round = 0; round < rounds; round++) {
                Phase phase = Phase.values()[round % Phase.values().length];
                console.progress("memory: changing pages, round " + (round + 1) + " of " + rounds);
                change(region, phase, Shuffle.order(PAGES, SEED + round), ratios);
            }
        }
        return ratios;
    }

    private static void change(Region region, Phase phase, int[] order, List<Double> ratios) throws RemapException {
        for (int i = 0; i < PAGES / 2; i++) {
            long at = order[i] * PAGE;
            if (i % DISCARDED_SHARE == 0) {
                region.discard(at, PAGE);
            } else {
                mix(region.segment().asSlice(at, PAGE), order[i] + (long) i * PAGES, phase);
            }
            if (i % PAGES_A_LOOK == PAGES_A_LOOK - 1) {
                RegionStats stats = region.stats();
                ratios.add((double) stats.occupiedBytes() / stats.storedBytes());
            }
        }
    }

    private static void mix(MemorySegment page, long seed, Phase phase) {
        byte[] bytes = ReferencePages.bytes(seed + 1);
        long s = Shuffle.next(seed * 31 + 1);
        double share = phase.from + (phase.to - phase.from) * ((s >>> 40) / (double) (1 << 24));
        for (int at = 0; at < share * PAGE; at++) {
            s = Shuffle.next(s);
            bytes[at] = (byte) (s >>> 32);
        }
        MemorySegment.copy(MemorySegment.ofArray(bytes), 0, page, 0, PAGE);
    }
}
