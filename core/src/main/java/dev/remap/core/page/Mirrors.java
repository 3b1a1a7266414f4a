// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.page;

import dev.remap.driver.mm.IntervalNotifier;
import org.jspecify.annotations.Nullable;

/**
 * Devices that use pages of a region in place. Whoever takes a page away from where it is, or makes it clean, changes its word first, then
 * calls {@link #invalidate}, then goes on: a device that looks the page up meanwhile finds the word. Thread-safe.
 */
public interface Mirrors {
    /** No device ever uses a page. */
    Mirrors NONE = new Mirrors() {
        @Override
        public boolean isEmpty() {
            return true;
        }

        @Override
        public void invalidate(IntervalNotifier.Event event, long first, long pages, @Nullable Object owner) {}

        @Override
        public void close() {}
    };

    /** Whether no device uses any page, so that there is nobody to be told. One volatile read. */
    boolean isEmpty();

    /**
     * Returns when no device uses the pages any more. Blocks for drivers, each for up to a second; one that takes longer is given up, and
     * cannot reach the pages from then on.
     */
    void invalidate(IntervalNotifier.Event event, long first, long pages, @Nullable Object owner);

    /** The region is being closed, and nobody uses it any more: devices are told so, and may not come back. */
    void close();
}
