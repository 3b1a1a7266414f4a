// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.manager;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * The longest stop of this JVM, as far as its collectors tell: the longest collection between two looks. Other safepoints of a manager
 * (class loading, deoptimisation at start) are shorter than the millisecond that collectors count in.
 */
final class SafepointClock {
    private static final long NS_PER_MS = 1_000_000;

    private long lastMs;
    private long longestMs;

    long longestNs() {
        long totalMs = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            totalMs += Math.max(0, collector.getCollectionTime());
        }
        longestMs = Math.max(longestMs, totalMs - lastMs);
        lastMs = totalMs;
        return longestMs * NS_PER_MS;
    }
}
