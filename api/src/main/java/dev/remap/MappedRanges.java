// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The open regions and files of one {@link MappedRemap}. Thread-safe; holds its lock over nothing that blocks. */
final class MappedRanges {
    private final Set<MappedRange> open = new LinkedHashSet<>();
    /** Without those that have no bytes. */
    private final TreeMap<Long, MappedRange> byAddress = new TreeMap<>();
    /** Of regions, also of those that are being made. */
    private final Set<String> names = new HashSet<>();

    private boolean closed;

    /** Takes a region's name until {@link #forget} or the end of the region. */
    synchronized void reserve(String name) throws RemapException {
        checkOpen();
        if (!names.add(name)) {
            throw new RemapException(
                    RemapException.Category.EXISTS, "a region named " + name + " is open", "Use another name.");
        }
    }

    synchronized void forget(String name) {
        names.remove(name);
    }

    synchronized void checkOpen() throws RemapException {
        if (closed) {
            throw new RemapException(RemapException.Category.NOT_FOUND, "this Remap is closed", "Open another.");
        }
    }

    /** Adds what has just been mapped, or closes it if this has been closed meanwhile. */
    void add(MappedRange range) throws RemapException {
        boolean added = false;
        try {
            addOpen(range);
            added = true;
        } finally {
            if (!added) {
                range.close();
            }
        }
    }

    private synchronized void addOpen(MappedRange range) throws RemapException {
        checkOpen();
        open.add(range);
        if (range.size() > 0) {
            byAddress.put(range.memory().address(), range);
        }
    }

    synchronized void remove(MappedRange range) {
        open.remove(range);
        if (range.size() > 0) {
            byAddress.remove(range.memory().address(), range);
        }
        if (range instanceof MappedRegion region) {
            names.remove(region.name());
        }
    }

    synchronized List<MappedRange> all() {
        return new ArrayList<>(open);
    }

    /** Has {@link #add} refuse; what is open. */
    synchronized List<MappedRange> shut() {
        closed = true;
        return all();
    }

    synchronized Optional<Range> rangeOf(MemorySegment slice) {
        Map.Entry<Long, MappedRange> entry = slice.isNative() ? byAddress.floorEntry(slice.address()) : null;
        if (entry == null) {
            return Optional.empty();
        }
        long offset = slice.address() - entry.getKey();
        MappedRange range = entry.getValue();
        return offset < range.size() && slice.byteSize() <= range.size() - offset
                ? Optional.of(new Range(range, offset, slice.byteSize()))
                : Optional.empty();
    }
}
