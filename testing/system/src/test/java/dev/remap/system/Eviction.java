// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RemapException;
import java.time.Duration;

/** Sends pages below DRAM for certain: {@code pageOut} leaves alone what is just being brought in. */
final class Eviction {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Eviction() {}

    /** Of a range that has been touched throughout and is well within the budget. */
    static void of(Region region, long offset, long length) {
        Eventually.await("loaded range of " + region.name(), LIMIT, () -> region.isLoaded(offset, length));
        Eventually.await("range of " + region.name() + " below DRAM", LIMIT, () -> hasLeft(region, offset, length));
    }

    private static boolean hasLeft(Region region, long offset, long length) {
        try {
            region.pageOut(offset, length);
            return region.residentBytes(offset, length) == 0;
        } catch (RemapException e) {
            throw new AssertionError(e);
        }
    }
}
