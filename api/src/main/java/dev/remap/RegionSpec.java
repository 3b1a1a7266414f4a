// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.time.Duration;
import java.util.List;

/**
 * What a region is to be. Immutable; start with {@link #ofSize} and change what differs.
 *
 * @param size bytes of address space, a positive multiple of 4096. Memory is used only for what is touched
 * @param onFailure what a plain touch does when its page cannot be served
 * @param maxStall how long a plain touch may wait for memory before its page fails with
 *     {@link RemapException.Category#NO_MEMORY}; at least one millisecond
 * @param tiers the memory below DRAM, fastest first, as {@code name} or {@code name:options}, for instance {@code zram} (LZ4) or
 *     {@code zram:zstd}. Empty: pages never leave DRAM
 * @param policy the replacement policy, {@code s3fifo} or {@code clock}
 */
public record RegionSpec(long size, FailurePolicy onFailure, Duration maxStall, List<String> tiers, String policy) {
    /** Copies the list; everything else is checked by {@link Remap#create}. */
    public RegionSpec {
        tiers = List.copyOf(tiers);
    }

    /** A region of {@code size} bytes over {@code zram}, poisoned on failure, 10 s of stall, S3-FIFO. */
    public static RegionSpec ofSize(long size) {
        return new RegionSpec(size, FailurePolicy.POISON, Duration.ofSeconds(10), List.of("zram"), "s3fifo");
    }

    /** This, with another size. */
    public RegionSpec size(long value) {
        return new RegionSpec(value, onFailure, maxStall, tiers, policy);
    }

    /** This, without tiers: pages never leave DRAM. */
    public RegionSpec withoutTiers() {
        return new RegionSpec(size, onFailure, maxStall, List.of(), policy);
    }

    /** This, with another failure policy. */
    public RegionSpec onFailure(FailurePolicy value) {
        return new RegionSpec(size, value, maxStall, tiers, policy);
    }

    /** This, with another limit on a touch's wait. */
    public RegionSpec maxStall(Duration value) {
        return new RegionSpec(size, onFailure, value, tiers, policy);
    }

    /** This, with other tiers. */
    public RegionSpec tiers(String... value) {
        return new RegionSpec(size, onFailure, maxStall, List.of(value), policy);
    }

    /** This, with another replacement policy. */
    public RegionSpec policy(String value) {
        return new RegionSpec(size, onFailure, maxStall, tiers, value);
    }
}
