// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.driver;

/** How a tier moves stored bytes of its own accord, for instance when it compacts. */
@FunctionalInterface
public interface Relocation {
    /**
     * Makes {@code to} the location of {@code page} if {@code from} still is and nobody is fetching it. The bytes at {@code to}
     * must be complete before the call. After true, {@code from} is free and will not be passed to {@link Tier#free}; after
     * false, {@code to} is free and {@code from} must stay readable.
     */
    boolean relocate(long page, long from, long to);
}
