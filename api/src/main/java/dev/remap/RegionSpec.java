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
 *     {@code zram:zstd}, {@code file} or {@code file:encrypt=aes-gcm}. Empty: pages never leave DRAM
 * @param policy the replacement policy, {@code s3fifo} or {@code clock}
 * @param survives what the region outlives
 * @param schema what the application calls the layout of the region's bytes, at most 256 UTF-8 bytes, for instance a version. A region that
 *     survives is opened again only under the same
 * @param shadow whether a page in device memory that does not survive the manager keeps a copy below, brought up to date before the device
 *     acknowledges a result: should the manager die, the page is as of then. Without one it fails with
 *     {@link RemapException.Category#DEVICE_LOST}
 */
public record RegionSpec(
        long size,
        FailurePolicy onFailure,
        Duration maxStall,
        List<String> tiers,
        String policy,
        Survives survives,
        String schema,
        boolean shadow) {
    /** Copies the list; everything else is checked by {@link Remap#create}. */
    public RegionSpec {
        tiers = List.copyOf(tiers);
    }

    /** A region of {@code size} bytes over {@code zram}, poisoned on failure, 10 s of stall, S3-FIFO, that ends with its process. */
    public static RegionSpec ofSize(long size) {
        return new RegionSpec(
                size,
                FailurePolicy.POISON,
                Duration.ofSeconds(10),
                List.of("zram"),
                "s3fifo",
                Survives.NOTHING,
                "",
                false);
    }

    /** This, with another size. */
    public RegionSpec size(long value) {
        return new RegionSpec(value, onFailure, maxStall, tiers, policy, survives, schema, shadow);
    }

    /** This, without tiers: pages never leave DRAM. */
    public RegionSpec withoutTiers() {
        return new RegionSpec(size, onFailure, maxStall, List.of(), policy, survives, schema, shadow);
    }

    /** This, with another failure policy. */
    public RegionSpec onFailure(FailurePolicy value) {
        return new RegionSpec(size, value, maxStall, tiers, policy, survives, schema, shadow);
    }

    /** This, with another limit on a touch's wait. */
    public RegionSpec maxStall(Duration value) {
        return new RegionSpec(size, onFailure, value, tiers, policy, survives, schema, shadow);
    }

    /** This, with other tiers. */
    public RegionSpec tiers(String... value) {
        return new RegionSpec(size, onFailure, maxStall, List.of(value), policy, survives, schema, shadow);
    }

    /** This, with another replacement policy. */
    public RegionSpec policy(String value) {
        return new RegionSpec(size, onFailure, maxStall, tiers, value, survives, schema, shadow);
    }

    /** This, outliving its process, with a name for the layout of its bytes. */
    public RegionSpec survives(Survives value, String schemaTag) {
        return new RegionSpec(size, onFailure, maxStall, tiers, policy, value, schemaTag, shadow);
    }

    /** This, with or without copies below of what is in device memory. */
    public RegionSpec shadow(boolean value) {
        return new RegionSpec(size, onFailure, maxStall, tiers, policy, survives, schema, value);
    }
}
