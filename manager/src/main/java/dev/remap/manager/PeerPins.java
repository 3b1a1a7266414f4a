// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import dev.remap.core.migrate.CommandException;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.page.PagedRegion;
import dev.remap.wire.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** What one application of several that share a region has pinned: nobody else undoes it, and it ends with the application. Thread-safe. */
final class PeerPins {
    private final Map<Range, Integer> pins = new HashMap<>();
    private boolean ended;

    private record Range(long first, long pages) {}

    /** A pin has been made; undone at once if the application has ended meanwhile. */
    void pinned(RangeCommands commands, PagedRegion region, long first, long pages) {
        if (!add(first, pages)) {
            commands.unpin(region, first, pages);
        }
    }

    /** A pin that another manager had made has been counted anew. */
    void restored(PagedRegion region, long first, long pages) {
        if (!add(first, pages)) {
            throw new IllegalStateException(
                    "pins of region " + region.id() + " restored for an application that has ended");
        }
    }

    /** The application has mapped the region. */
    synchronized void begin() {
        ended = false;
    }

    private synchronized boolean add(long first, long pages) {
        if (!ended) {
            pins.merge(new Range(first, pages), 1, Integer::sum);
        }
        return !ended;
    }

    /** One is about to be undone. */
    synchronized void unpin(long first, long pages) throws CommandException {
        Range range = new Range(first, pages);
        if (!pins.containsKey(range)) {
            throw new CommandException(
                    ErrorCode.INVALID,
                    "unpin of offset " + first * PagedRegion.PAGE_SIZE + ", which this application has not pinned so",
                    "");
        }
        pins.computeIfPresent(range, (_, count) -> count == 1 ? null : count - 1);
    }

    synchronized boolean isEmpty() {
        return pins.isEmpty();
    }

    /** The application has unmapped the region, or has ended: each pin, by first page and number of pages, is to be undone. */
    synchronized void end(BiConsumer<Long, Long> unpin) {
        ended = true;
        pins.forEach((range, count) -> {
            for (int i = 0; i < count; i++) {
                unpin.accept(range.first(), range.pages());
            }
        });
        pins.clear();
    }
}
