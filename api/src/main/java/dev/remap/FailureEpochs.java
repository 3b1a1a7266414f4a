// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import dev.remap.wire.CountersLayout;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether pages have failed, for {@link Remap#check}. The manager moves its failure epoch before it poisons a page, so a thread whose
 * touch was poisoned sees the move when it looks afterwards.
 */
final class FailureEpochs {
    private static final CopyOnWriteArrayList<ManagedRemap> OPEN = new CopyOnWriteArrayList<>();
    private static final ThreadLocal<Map<ManagedRemap, Long>> SEEN = ThreadLocal.withInitial(WeakHashMap::new);

    private FailureEpochs() {}

    static void add(ManagedRemap remap) {
        OPEN.add(remap);
    }

    static void remove(ManagedRemap remap) {
        OPEN.remove(remap);
    }

    static void check() throws RemapException {
        for (ManagedRemap remap : OPEN) {
            if (remap.link().isLost()) {
                throw remap.link().lost();
            }
            if (remap.failureEpoch() != 0) {
                check(remap);
            }
        }
    }

    private static void check(ManagedRemap remap) throws RemapException {
        Map<ManagedRemap, Long> seen = SEEN.get();
        long epoch = remap.failureEpoch();
        long before = seen.getOrDefault(remap, 0L);
        seen.put(remap, epoch);
        long failed = remap.counters().get(CountersLayout.FAILED_PAGES);
        if (failed > 0) {
            throw failure(remap, failed);
        }
        if (epoch != before) {
            throw new RemapException(
                    RemapException.Category.IO,
                    (epoch - before) + " pages have failed since this thread's last check, and were repaired meanwhile",
                    "Redo what was computed from plain touches since.");
        }
    }

    private static RemapException failure(ManagedRemap remap, long failed) {
        for (Region region : remap.regions()) {
            try {
                List<PageFailure> failures = region.failures();
                if (!failures.isEmpty()) {
                    return exception(failures.getFirst(), failed);
                }
            } catch (RemapException e) {
                return e;
            }
        }
        return new RemapException(RemapException.Category.IO, failed + " pages are failed", "See Region.failures().");
    }

    static RemapException exception(PageFailure failure, long failed) {
        return new RemapException(
                failure.category(),
                failed + " pages are failed, first: region " + failure.region() + ", offset " + failure.offset()
                        + ", tier " + failure.tier() + ": " + failure.detail(),
                "Do not publish what was computed from plain touches. See Region.failures() and Region.repair().");
    }
}
