// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.wire.CountersLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The regions of one application, by number and by address, and the trace of their touches. Thread-safe; lookups never block and allocate
 * nothing.
 */
public final class RegionTable {
    private static final PagedRegion[] NO_REGIONS = {};

    private final AtomicReferenceArray<@Nullable PagedRegion> byId =
            new AtomicReferenceArray<>(CountersLayout.MAX_REGIONS);
    private volatile PagedRegion[] all = NO_REGIONS;
    private final TouchTrace trace = new TouchTrace();
    private int lastId = -1;

    /** Holds no region. */
    public RegionTable() {}

    /** Where the touches of their pages are recorded, if somebody asks for it. */
    public TouchTrace trace() {
        return trace;
    }

    /** A number no region has; -1 if all are taken. Freed numbers are used again as late as possible. */
    public synchronized int freeId() {
        for (int i = 1; i <= CountersLayout.MAX_REGIONS; i++) {
            int id = (lastId + i) % CountersLayout.MAX_REGIONS;
            if (byId.get(id) == null) {
                lastId = id;
                return id;
            }
        }
        return -1;
    }

    /** Adds a region. */
    public synchronized void add(PagedRegion region) {
        PagedRegion[] now = all;
        PagedRegion[] next = Arrays.copyOf(now, now.length + 1);
        next[now.length] = region;
        byId.set(region.id(), region);
        all = next;
    }

    /** Removes a region. */
    public synchronized void remove(PagedRegion region) {
        byId.set(region.id(), null);
        all = Arrays.stream(all).filter(other -> other != region).toArray(PagedRegion[]::new);
    }

    /** The region of a number, or null. */
    public @Nullable PagedRegion get(int id) {
        return id < 0 || id >= CountersLayout.MAX_REGIONS ? null : byId.get(id);
    }

    /** The region that an address of the application's lies in, or null. */
    public @Nullable PagedRegion at(long address) {
        for (PagedRegion region : all) {
            if (region.contains(address)) {
                return region;
            }
        }
        return null;
    }

    /** The regions now. Not to be changed. */
    public PagedRegion[] all() {
        return all;
    }
}
