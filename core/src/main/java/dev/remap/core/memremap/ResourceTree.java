// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.memremap;

import dev.remap.driver.mm.PfnRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has which page frames, as Linux's {@code iomem_resource}. DRAM of regions is given out from the bottom, device memory from the top
 * (as {@code request_free_mem_region} does). No two resources overlap. Thread-safe.
 */
public final class ResourceTree {
    /** One above the highest frame: a page word has 40 bits for one. */
    public static final long END = 1L << 40;

    private static final long ALIGN = PfnRange.ALIGNMENT;

    /** What a resource is. */
    public enum Kind {
        /** Memory of a region. */
        SYSTEM_RAM,
        /** Memory of a device. */
        DEVICE,
        /** Kept for a device that had it under a former manager. */
        RESERVED
    }

    /** Frames that somebody has. */
    public record Resource(PfnRange range, Kind kind, String name) {
        /** As {@code /proc/iomem} has it, in bytes. */
        @Override
        public String toString() {
            return String.format("%014x-%014x : %s", range.first() << 12, (range.end() << 12) - 1, label());
        }

        private String label() {
            return switch (kind) {
                case SYSTEM_RAM -> "System RAM (" + name + ")";
                case DEVICE -> name;
                case RESERVED -> "Reserved (" + name + ")";
            };
        }
    }

    private final TreeMap<Long, Resource> byFirst = new TreeMap<>();

    /** Nobody has a frame. */
    public ResourceTree() {}

    /** Claims frames; {@link PfnRange#ANYWHERE} has this choose. Answers what has been claimed. */
    public synchronized Resource claim(PfnRange range, Kind kind, String name) throws IOException {
        if (range.pages() <= 0 || range.pages() > END) {
            throw new IllegalArgumentException(name + ": a range of " + range.pages() + " pages");
        }
        if (range.first() == PfnRange.ANYWHERE) {
            long pages = (range.pages() + ALIGN - 1) & -ALIGN;
            return insert(new Resource(new PfnRange(find(pages, kind, name), pages), kind, name));
        }
        checkAlignment(range, name);
        byFirst.remove(range.first(), new Resource(range, Kind.RESERVED, name));
        for (Resource other : byFirst.values()) {
            if (range.first() < other.range.end() && other.range.first() < range.end()) {
                throw new IOException(overlap(range, name, other));
            }
        }
        return insert(new Resource(range, kind, name));
    }

    /**
     * At a takeover: keeps frames for a device that will ask for just these, so that none of those before it is given them. What words name
     * must go to whom they mean.
     */
    synchronized void reserve(PfnRange range, String name) throws IOException {
        claim(range, Kind.RESERVED, name);
    }

    /** All devices that could be bound again have been: what is still reserved is free. */
    synchronized void endReservations() {
        byFirst.values().removeIf(resource -> resource.kind == Kind.RESERVED);
    }

    private static void checkAlignment(PfnRange range, String name) {
        if (range.first() < 0 || range.first() > END - range.pages()) {
            throw new IllegalArgumentException(
                    name + ": " + range + " is outside the " + END + " page frames there are");
        }
        if (range.first() % ALIGN != 0 || range.pages() % ALIGN != 0) {
            throw new IllegalArgumentException(
                    name + ": " + range + " does not begin and end at multiples of " + ALIGN + " frames (2 MiB)");
        }
    }

    private static String overlap(PfnRange range, String name, Resource other) {
        return name + ": frames " + range.first() + " to " + (range.end() - 1) + " overlap those of "
                + (other.kind == Kind.SYSTEM_RAM ? "System RAM, region " : "") + other.name + ", "
                + other.range.first() + " to " + (other.range.end() - 1) + "; choose others, or PfnRange.anywhere";
    }

    private Resource insert(Resource resource) {
        byFirst.put(resource.range.first(), resource);
        return resource;
    }

    private long find(long pages, Kind kind, String name) throws IOException {
        return kind == Kind.SYSTEM_RAM ? findLow(pages, name) : findHigh(pages, name);
    }

    private long findLow(long pages, String name) throws IOException {
        long at = 0;
        for (Resource other : byFirst.values()) {
            if (other.range.first() - at >= pages) {
                return at;
            }
            at = other.range.end();
        }
        if (END - at < pages) {
            throw full(pages, name);
        }
        return at;
    }

    private long findHigh(long pages, String name) throws IOException {
        long end = END;
        for (Resource other : byFirst.descendingMap().values()) {
            if (end - other.range.end() >= pages) {
                return end - pages;
            }
            end = other.range.first();
        }
        if (end < pages) {
            throw full(pages, name);
        }
        return end - pages;
    }

    private static IOException full(long pages, String name) {
        return new IOException(name + ": no room for " + pages + " page frames; close regions, or unbind devices");
    }

    /** Gives frames back. */
    public synchronized void release(Resource resource) {
        if (!byFirst.remove(resource.range.first(), resource)) {
            throw new IllegalStateException("not claimed: " + resource);
        }
    }

    /** The resource that has a frame, or null. */
    public synchronized @Nullable Resource at(long pfn) {
        Map.Entry<Long, Resource> entry = byFirst.floorEntry(pfn);
        return entry != null && entry.getValue().range.contains(pfn) ? entry.getValue() : null;
    }

    /** All, from the lowest frame on. */
    public synchronized List<Resource> all() {
        return new ArrayList<>(byFirst.values());
    }
}
