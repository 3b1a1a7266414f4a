// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.FaultStats;
import dev.remap.RemapStats;

/**
 * Everything one run found.
 *
 * @param sizing what was asked for
 * @param rows rows generated
 * @param times how long each phase took
 * @param got the answers of the queries over regions
 * @param expected what they should be
 * @param manager the manager's figures at the end
 * @param totals the regions' figures at the end
 * @param sampled the DRAM seen in use from outside
 * @param faultTimes what faults cost the application
 */
record DemoResult(
        Sizing sizing,
        long rows,
        Times times,
        Answers got,
        Answers expected,
        RemapStats manager,
        RegionTotals totals,
        Sampled sampled,
        FaultTimes faultTimes) {
    /** By how much the peak may exceed the budget. */
    static final long TOLERANCE_BYTES = 2L << 20;

    /** Seconds of each phase. */
    record Times(double managerStart, double load, double q1, double q6) {}

    /** The most DRAM seen in use, how often it was looked at, and the disk that the spill files occupy at the end. */
    record Sampled(long peakBytes, long samples, long spilledBytes) {}

    boolean q1Correct() {
        return got.pricing().equals(expected.pricing());
    }

    boolean q6Correct() {
        return got.revenue().compareTo(expected.revenue()) == 0;
    }

    /** Whether the expected answers are TPC-H's own. */
    boolean againstPublished() {
        return sizing.scale() == 1;
    }

    /** The larger of what the manager says and what was seen from outside. */
    long peakBytes() {
        return Math.max(sampled.peakBytes(), manager.dramPeakBytes());
    }

    boolean withinBudget() {
        return peakBytes() <= manager.dramBudgetBytes() + TOLERANCE_BYTES;
    }

    /** Pages with a copy in a spill file, as far as the disk they take tells. */
    long spilledPages() {
        return Math.min(totals.storedPages(), sampled.spilledBytes() / Sizing.PAGE_BYTES);
    }

    /** Bytes for each byte of DRAM that compression leaves of them; 1 if nothing is compressed. */
    double compressionRatio() {
        return ratio(totals.storedBytes() - spilledPages() * Sizing.PAGE_BYTES);
    }

    /** As {@link #compressionRatio}, the tiers' overhead counted. */
    double storageRatio() {
        return ratio(manager.compressedBytes());
    }

    private double ratio(long bytes) {
        long compressed = (totals.storedPages() - spilledPages()) * Sizing.PAGE_BYTES;
        return compressed <= 0 || bytes <= 0 ? 1 : (double) compressed / bytes;
    }

    boolean good() {
        return q1Correct() && q6Correct() && withinBudget();
    }

    long faults() {
        return manager.faults().values().stream().mapToLong(FaultStats::count).sum();
    }
}
