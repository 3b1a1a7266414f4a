// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Mmap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The pinned ranges of one mapping, in bytes on page boundaries. What several pins cover is locked once and unlocked with the last of them,
 * since {@code mlock(2)} does not nest. Thread-safe.
 */
final class MappedPins {
    private final MappedMemory memory;
    private final PinQuota quota;
    private final List<Extent> pins = new ArrayList<>();

    /** A range of whole pages. An object of its own for each pin, also where ranges are equal. */
    static final class Extent {
        private final long start;
        private final long end;

        private Extent(long start, long end) {
            this.start = start;
            this.end = end;
        }

        long start() {
            return start;
        }

        long length() {
            return end - start;
        }
    }

    MappedPins(MappedMemory memory, PinQuota quota) {
        this.memory = memory;
        this.quota = quota;
    }

    private static Extent extent(long offset, long length) {
        long page = Mmap.PAGE_SIZE;
        long start = offset / page * page;
        return new Extent(start, length == 0 ? start : (offset + length + page - 1) / page * page);
    }

    /** Counts a pin, before its pages are locked. */
    synchronized Extent add(long offset, long length) throws RemapException {
        Extent pin = extent(offset, length);
        quota.take(bytes(gaps(pin.start, pin.end)));
        pins.add(pin);
        return pin;
    }

    /** Locks a pin's pages, where this process may. Blocks while they are brought in. */
    void lock(Extent pin) {
        if (pin.length() > 0) {
            quota.locked(memory.lock(pin.start, pin.length()));
        }
    }

    synchronized void remove(Extent pin) {
        pins.remove(pin);
        List<Extent> free = gaps(pin.start, pin.end);
        for (Extent gap : free) {
            memory.unlock(gap.start, gap.length());
        }
        quota.give(bytes(free));
    }

    synchronized int count() {
        return pins.size();
    }

    /** Bytes pinned, each page once. */
    synchronized long bytes() {
        long end = pins.stream().mapToLong(pin -> pin.end).max().orElse(0);
        return end - bytes(gaps(0, end));
    }

    private static long bytes(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    /** The parts of a range that no pin covers. */
    synchronized List<Extent> unpinned(long offset, long length) {
        Extent range = extent(offset, length);
        return gaps(range.start, range.end);
    }

    private List<Extent> gaps(long start, long end) {
        List<Extent> gaps = new ArrayList<>();
        long at = start;
        for (Extent pin : pins.stream()
                .filter(pin -> pin.start < end && pin.end > start)
                .sorted(Comparator.comparingLong(Extent::start))
                .toList()) {
            if (pin.start > at) {
                gaps.add(new Extent(at, pin.start));
            }
            at = Math.max(at, pin.end);
        }
        if (at < end) {
            gaps.add(new Extent(at, end));
        }
        return gaps;
    }

    /** Runs something while no page of a range is, or becomes, pinned. */
    synchronized void whileUnpinned(long offset, long length, CommandThreads.Command command) throws RemapException {
        if (bytes(unpinned(offset, length)) != extent(offset, length).length()) {
            throw RegionChecks.invalid("a page of the range is pinned", "Close the pin first; nothing was freed.");
        }
        command.run();
    }
}
