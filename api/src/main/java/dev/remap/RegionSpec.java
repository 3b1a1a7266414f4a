// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.PeerCredentials;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a region is to be. Immutable; start with {@link #ofSize} and change what differs.
 *
 * @param size bytes of address space, a positive multiple of 4096. Memory is used only for what is touched
 * @param onFailure what a plain touch does when its page cannot be served
 * @param maxStall how long a plain touch may wait for memory before its page fails with
 *     {@link RemapException.Category#NO_MEMORY}; at least one millisecond
 * @param tiers the memory below DRAM, fastest first, as {@code name} or {@code name:options}, for instance {@code zram} (LZ4) or
 *     {@code zram:zstd}, {@code file} or {@code file:encrypt=aes-gcm}. Empty: pages never leave DRAM
 * @param policy the replacement policy: {@code s3fifo}, {@code clock} (cheap), or {@code clockpro} (loops larger than DRAM)
 * @param survives what the region outlives
 * @param schema what the application calls the layout of the region's bytes, at most 256 UTF-8 bytes, for instance a version. A region that
 *     survives, or is shared, is opened only under the same
 * @param shadow whether a page in device memory that does not survive the manager keeps a copy below, brought up to date before the device
 *     acknowledges a result: should the manager die, the page is as of then. Without one it fails with
 *     {@link RemapException.Category#DEVICE_LOST}
 * @param sharedWith which users' processes may have the region open at the same time, and what they may do; empty if only the one that
 *     made it. See {@link #sharedWith(Access, int...)}
 */
public record RegionSpec(
        long size,
        FailurePolicy onFailure,
        Duration maxStall,
        List<String> tiers,
        String policy,
        Survives survives,
        String schema,
        boolean shadow,
        Map<Integer, Access> sharedWith) {
    /** Copies the list and the map; everything else is checked by {@link Remap#create}. */
    public RegionSpec {
        tiers = List.copyOf(tiers);
        sharedWith = Map.copyOf(sharedWith);
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
                false,
                Map.of());
    }

    /** This, with another size. */
    public RegionSpec size(long value) {
        return new RegionSpec(value, onFailure, maxStall, tiers, policy, survives, schema, shadow, sharedWith);
    }

    /** This, without tiers: pages never leave DRAM. */
    public RegionSpec withoutTiers() {
        return new RegionSpec(size, onFailure, maxStall, List.of(), policy, survives, schema, shadow, sharedWith);
    }

    /** This, with another failure policy. */
    public RegionSpec onFailure(FailurePolicy value) {
        return new RegionSpec(size, value, maxStall, tiers, policy, survives, schema, shadow, sharedWith);
    }

    /** This, with another limit on a touch's wait. */
    public RegionSpec maxStall(Duration value) {
        return new RegionSpec(size, onFailure, value, tiers, policy, survives, schema, shadow, sharedWith);
    }

    /** This, with other tiers. */
    public RegionSpec tiers(String... value) {
        return new RegionSpec(size, onFailure, maxStall, List.of(value), policy, survives, schema, shadow, sharedWith);
    }

    /** This, with another replacement policy. */
    public RegionSpec policy(String value) {
        return new RegionSpec(size, onFailure, maxStall, tiers, value, survives, schema, shadow, sharedWith);
    }

    /** This, outliving its process, with a name for the layout of its bytes. */
    public RegionSpec survives(Survives value, String schemaTag) {
        return new RegionSpec(size, onFailure, maxStall, tiers, policy, value, schemaTag, shadow, sharedWith);
    }

    /** This, with or without copies below of what is in device memory. */
    public RegionSpec shadow(boolean value) {
        return new RegionSpec(size, onFailure, maxStall, tiers, policy, survives, schema, value, sharedWith);
    }

    /**
     * This, for several processes at the same time, which see each other's stores as threads of one process do. Each {@linkplain Remap#open
     * opens} it by its name. It is served by a manager of its own, so any of them, also the one that made it, may end at any moment without
     * the others noticing; with the last one it ends, or is kept if it {@linkplain Survives#CLIENT survives}. Needs a broker,
     * {@link Remap#connect}. Other processes of this user may always read it, and write it unless this user is named as a reader.
     *
     * <p>Whoever may write may also destroy: share for writing only with users that trust each other.
     *
     * @param access of the users named
     * @param uids numbers of users besides this one, at most 63 in all; none for processes of this user only
     */
    public RegionSpec sharedWith(Access access, int... uids) {
        Map<Integer, Access> users = new HashMap<>(sharedWith);
        int self = PeerCredentials.self().uid();
        users.putIfAbsent(self, uids.length == 0 ? access : Access.READ_WRITE);
        for (int uid : uids) {
            users.put(uid, access);
        }
        return new RegionSpec(size, onFailure, maxStall, tiers, policy, survives, schema, shadow, users);
    }
}
