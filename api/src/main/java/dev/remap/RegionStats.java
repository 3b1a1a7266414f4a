// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.Map;

/**
 * A region's figures since it was created. Read without stopping anything: figures of one record may differ by a few events.
 *
 * @param faults faults of plain touches, by kind
 * @param residentBytes bytes in DRAM, mapped or inactive
 * @param pinnedBytes bytes pinned, each page once
 * @param storedPages pages held by tiers
 * @param storedBytes bytes they take there after compression
 * @param occupiedBytes bytes of memory the tiers occupy for them, overhead counted
 * @param sameFilledPages pages held as one value in their word
 * @param loadedPages pages made resident by {@code load}, {@code pin} and {@code prefetch}
 * @param readAheadPages pages brought in ahead of a fault
 * @param readAheadWasted of these, pages whose stream ended before it reached them
 * @param evictedPages pages that left DRAM
 * @param cleanEvictedPages of these, pages whose copy below was still valid, so that nothing was written
 * @param bytesIn bytes brought into DRAM from tiers
 * @param bytesOut bytes written to tiers, before compression
 * @param deferredFaults touches that had to wait for memory
 * @param stalledNs how long plain touches waited in faults, all together, in nanoseconds
 * @param failedPages pages failed at the moment
 */
public record RegionStats(
        Map<FaultKind, Long> faults,
        long residentBytes,
        long pinnedBytes,
        long storedPages,
        long storedBytes,
        long occupiedBytes,
        long sameFilledPages,
        long loadedPages,
        long readAheadPages,
        long readAheadWasted,
        long evictedPages,
        long cleanEvictedPages,
        long bytesIn,
        long bytesOut,
        long deferredFaults,
        long stalledNs,
        long failedPages) {
    /** Copies the map. */
    public RegionStats {
        faults = Map.copyOf(faults);
    }

    /** Faults of all kinds. */
    public long touchFaults() {
        return faults.values().stream().mapToLong(Long::longValue).sum();
    }
}
