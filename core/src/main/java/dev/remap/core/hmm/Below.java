// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.hmm;

import dev.remap.core.page.PageEvents;
import dev.remap.core.page.PagedRegion;
import dev.remap.driver.Tier;
import dev.remap.wire.PageWord;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Copies in tiers of pages that devices have: shadows. Tiers are the reclaim agent's, so that stores them. A copy is a long: its tier above
 * {@value #SHIFT} bits of location; 0 is none. Thread-safe, but not for the reclaim agent itself.
 */
final class Below {
    private static final int SHIFT = 40;
    private static final long STORE_S = 30;

    private final Executor reclaim;
    private final PageEvents events;

    Below(Executor reclaim, PageEvents events) {
        this.reclaim = reclaim;
        this.events = events;
    }

    /** Stores the 4096 bytes at an address; answers where, or 0 if no tier takes them. Blocks for the tiers. */
    long store(PagedRegion region, long page, long address) {
        long[] copy = new long[1];
        CountDownLatch stored = new CountDownLatch(1);
        reclaim.execute(() -> {
            copy[0] = storeNow(region, page, address);
            stored.countDown();
        });
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!stored.await(STORE_S, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("the reclaim agent has not run for " + STORE_S + " s");
                    }
                    return copy[0];
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long storeNow(PagedRegion region, long page, long address) {
        for (int t = 0; t < region.tiers().size(); t++) {
            Tier tier = region.tiers().get(t).tier();
            long location = tier.store(page, address);
            if (location >= 0) {
                return (long) (PageWord.TIER_FIRST + t) << SHIFT | location;
            }
        }
        return 0;
    }

    /** Gives a copy up. */
    void free(PagedRegion region, long copy) {
        events.free(region.id(), tier(copy), location(copy));
    }

    static int tier(long copy) {
        return (int) (copy >>> SHIFT);
    }

    static long location(long copy) {
        return copy & ((1L << SHIFT) - 1);
    }
}
