// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.demo;

import dev.remap.Region;
import dev.remap.RegionStats;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The figures of all regions, added up.
 *
 * @param regionBytes bytes of address space
 * @param residentBytes bytes in DRAM, as they are
 * @param storedPages pages with a copy in a tier
 * @param storedBytes what they take there
 * @param occupiedBytes the DRAM and disk that the tiers hold for them
 * @param sameFilledPages pages that are one repeated value, kept in their page word
 * @param bytesIn brought into DRAM from the tiers
 * @param bytesOut written to the tiers, before compression
 * @param readAheadPages brought in before they were touched, empty ones made so included
 * @param evictedPages pages that left DRAM
 * @param cleanEvictedPages of these, pages whose copy below was still good
 */
record RegionTotals(
        long regionBytes,
        long residentBytes,
        long storedPages,
        long storedBytes,
        long occupiedBytes,
        long sameFilledPages,
        long bytesIn,
        long bytesOut,
        long readAheadPages,
        long evictedPages,
        long cleanEvictedPages) {

    static RegionTotals of(List<Region> regions) {
        List<RegionStats> stats = regions.stream().map(Region::stats).toList();
        return new RegionTotals(
                regions.stream().mapToLong(Region::size).sum(),
                sum(stats, RegionStats::residentBytes),
                sum(stats, RegionStats::storedPages),
                sum(stats, RegionStats::storedBytes),
                sum(stats, RegionStats::occupiedBytes),
                sum(stats, RegionStats::sameFilledPages),
                sum(stats, RegionStats::bytesIn),
                sum(stats, RegionStats::bytesOut),
                sum(stats, RegionStats::readAheadPages),
                sum(stats, RegionStats::evictedPages),
                sum(stats, RegionStats::cleanEvictedPages));
    }

    private static long sum(List<RegionStats> stats, ToLongFunction<RegionStats> figure) {
        return stats.stream().mapToLong(figure).sum();
    }

    /** Bytes that are in no other place than the tiers. */
    long tierOnlyBytes() {
        return Math.max(0, regionBytes - residentBytes - sameFilledPages * Sizing.PAGE_BYTES);
    }
}
