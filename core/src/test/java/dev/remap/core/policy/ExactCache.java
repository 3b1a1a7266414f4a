// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.policy;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Hit percentages of the textbook caches, which see every touch and use the whole capacity. */
final class ExactCache {

    private ExactCache() {}

    static double lru(int[] trace, int capacity) {
        return run(trace, capacity, true);
    }

    static double fifo(int[] trace, int capacity) {
        return run(trace, capacity, false);
    }

    private static double run(int[] trace, int capacity, boolean byUse) {
        SequencedMap<Integer, Boolean> cache = new LinkedHashMap<>(2 * capacity, 0.75f, byUse);
        long hits = 0;
        for (int page : trace) {
            if (cache.get(page) != null) {
                hits++;
                continue;
            }
            if (cache.size() == capacity) {
                cache.pollFirstEntry();
            }
            cache.put(page, true);
        }
        return 100.0 * hits / trace.length;
    }
}
