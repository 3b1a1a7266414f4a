// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.migrate;

import dev.remap.core.page.FailurePolicy;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PagedRegion;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One thread's fetches, as another thread watches them: pages whose fetch takes longer than the region's {@code maxStall} fail, so that
 * touches of them end. The fetch itself cannot be ended; its thread finds out when it is back, and unlocks the pages as failed.
 *
 * <p>The stamp is 0 without a fetch, n while fetch number n is under way, -1 while its pages are being failed, -2 when they have been.
 * {@link #begin} and {@link #end} are for the thread that fetches, which has the pages locked from before to after; they allocate
 * nothing. {@link #expire} is for the one that watches.
 */
final class FetchWatch {
    private static final long NONE = 0;
    private static final long EXPIRING = -1;
    private static final long EXPIRED = -2;
    private static final long PAUSE_NS = 20_000;

    private final FailureAction failureAction;
    private final AtomicLong stamp = new AtomicLong();

    // Written before the stamp and read after it. What belongs to another fetch already makes the compare-and-set fail.
    private @Nullable PagedRegion region;
    private long[] pages = {};
    private long[] locked = {};
    private int count;
    private long number;

    private long seen;
    private long seenNs;

    FetchWatch(FailureAction failureAction) {
        this.failureAction = failureAction;
    }

    /** A fetch begins; the arrays stay as they are until its end. */
    void begin(PagedRegion of, long[] ofPages, long[] lockedWords, int pageCount) {
        region = of;
        pages = ofPages;
        locked = lockedWords;
        count = pageCount;
        stamp.setRelease(++number);
    }

    /** The fetch is back. False if it took too long: all its pages have failed, and are to be unlocked so. */
    boolean end() {
        if (stamp.compareAndSet(number, NONE)) {
            return true;
        }
        while (stamp.get() == EXPIRING) {
            LockSupport.parkNanos(PAUSE_NS);
        }
        stamp.set(NONE);
        return false;
    }

    /** Fails the pages of a fetch that was there already so long ago. */
    void expire(Mm mm, long nowNs) {
        long now = stamp.get();
        if (now != seen) {
            seen = now;
            seenNs = nowNs;
            return;
        }
        PagedRegion of = region;
        if (now <= NONE
                || of == null
                || of.config().failurePolicy() == FailurePolicy.WAIT
                || nowNs - seenNs < of.config().maxStallNs()
                || !stamp.compareAndSet(now, EXPIRING)) {
            return;
        }
        try {
            for (int i = 0; i < count; i++) {
                failureAction.expire(of, pages[i], locked[i], mm);
            }
        } finally {
            stamp.set(EXPIRED);
        }
    }
}
