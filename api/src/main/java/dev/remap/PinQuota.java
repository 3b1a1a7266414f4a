// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.linux.Errno;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of all mapped regions may be pinned: half of what would be the DRAM budget, and at least 1 MiB. Whether the kernel locks what is
 * pinned is another matter ({@code RLIMIT_MEMLOCK}); where it does not, that is logged once. Thread-safe.
 */
final class PinQuota {
    private static final System.Logger LOG = System.getLogger(PinQuota.class.getName());
    private static final long LEAST = 1 << 20;

    private final long limit;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean unlockedLogged = new AtomicBoolean();

    PinQuota(long dramBudgetBytes) {
        limit = Math.max(LEAST, dramBudgetBytes / 2);
    }

    void take(long bytes) throws RemapException {
        if (taken.addAndGet(bytes) > limit) {
            long others = taken.addAndGet(-bytes);
            throw new RemapException(
                    RemapException.Category.QUOTA,
                    "a pin of " + bytes + " bytes: " + others + " are pinned, and " + limit + " may be",
                    "Close pins, or raise RemapConfig.dramBytes, half of which may be pinned.");
        }
    }

    void give(long bytes) {
        taken.addAndGet(-bytes);
    }

    /** Takes note of what {@code mlock(2)} answered. */
    void locked(long result) {
        if (result < 0 && unlockedLogged.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "pinned pages are resident, but the kernel may page them out: mlock answers " + Errno.name(result)
                            + ". Raise ulimit -l to have them locked");
        }
    }
}
