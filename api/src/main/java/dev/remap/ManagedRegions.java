// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The open regions of one Remap, by address. Mapping and unmapping happen under its write lock, together with telling the manager, so that
 * an address range never has two regions in the manager's eyes. Thread-safe.
 */
final class ManagedRegions {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final TreeMap<Long, ManagedRegion> byAddress = new TreeMap<>();

    /** Something that maps or unmaps a region and tells the manager. */
    interface Change<T extends @Nullable Object> {
        T run() throws RemapException;
    }

    /** Runs a change while nobody looks at mappings. */
    <T extends @Nullable Object> T change(Change<T> change) throws RemapException {
        lock.writeLock().lock();
        try {
            return change.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Within a {@link #change}: the region is mapped and served. */
    void add(ManagedRegion region) {
        byAddress.put(region.address(), region);
    }

    /** Within a {@link #change}: the region is about to be unmapped. */
    void remove(ManagedRegion region) {
        byAddress.remove(region.address());
    }

    /** Whether a region has this name. */
    boolean hasName(String name) {
        return all().stream().anyMatch(region -> region.name().equals(name));
    }

    /** The open regions by address. */
    List<ManagedRegion> all() {
        lock.readLock().lock();
        try {
            return new ArrayList<>(byAddress.values());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The region a segment lies in. */
    Optional<Range> rangeOf(MemorySegment slice) {
        if (!slice.isNative()) {
            return Optional.empty();
        }
        lock.readLock().lock();
        try {
            Map.Entry<Long, ManagedRegion> entry = byAddress.floorEntry(slice.address());
            if (entry == null) {
                return Optional.empty();
            }
            long offset = slice.address() - entry.getKey();
            ManagedRegion region = entry.getValue();
            return offset + slice.byteSize() <= region.size() && offset < region.size()
                    ? Optional.of(new Range(region, offset, slice.byteSize()))
                    : Optional.empty();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Unmaps a range, if it is one region's; 0 or -errno. */
    long zap(long start, long length) {
        lock.readLock().lock();
        try {
            Map.Entry<Long, ManagedRegion> entry = byAddress.floorEntry(start);
            boolean inside =
                    entry != null && length >= 0 && length <= entry.getValue().size() - (start - entry.getKey());
            return inside ? entry.getValue().zap(start, length) : -Errno.EINVAL;
        } finally {
            lock.readLock().unlock();
        }
    }
}
