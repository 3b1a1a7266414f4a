// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver.zram;

import java.util.concurrent.atomic.AtomicLong;

/** What {@link dev.remap.driver.TierUsage} reports. Written by the storing thread only; opaque, since others may only look. */
final class TierFigures {
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong storedBytes = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong moved = new AtomicLong();

    void stored(int bytes) {
        add(pages, 1);
        add(storedBytes, bytes);
    }

    void freed(int bytes) {
        add(pages, -1);
        add(storedBytes, -bytes);
    }

    void refused() {
        add(refused, 1);
    }

    void moved() {
        add(moved, 1);
    }

    void clear() {
        pages.setOpaque(0);
        storedBytes.setOpaque(0);
    }

    long pages() {
        return pages.getOpaque();
    }

    /** Not exact any more once a slot with a corrupt length has been freed. */
    long storedBytes() {
        return Math.max(0, storedBytes.getOpaque());
    }

    long refusedStores() {
        return refused.getOpaque();
    }

    long movedSlots() {
        return moved.getOpaque();
    }

    private static void add(AtomicLong figure, long value) {
        figure.setOpaque(figure.getPlain() + value);
    }
}
