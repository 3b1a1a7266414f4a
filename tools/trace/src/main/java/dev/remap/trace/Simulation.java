// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.trace;

import dev.remap.core.policy.ReplacementPolicies;
import java.util.ArrayList;
import java.util.List;

/** Runs traces through memories. */
final class Simulation {
    /** Belady's, which knows the future. */
    static final String OPT = "opt";

    /** Least recently used, which sees every access. */
    static final String LRU = "lru";

    private Simulation() {}

    /**
     * What one memory did.
     *
     * @param policy a policy's name, {@link #OPT} or {@link #LRU}
     * @param memoryPages the memory as asked for; a sampled trace ran in one that was smaller by as much as the trace is
     * @param minorFaults hits that were minor faults
     * @param bytesAPage metadata at the end, for each page of memory; 0 if unknown
     * @param nsAnAccess mean time of an access in the simulator, which is almost all the policy's
     */
    record Result(
            String policy,
            long memoryPages,
            long accesses,
            long hits,
            long minorFaults,
            double bytesAPage,
            double nsAnAccess) {

        double hitPercent() {
            return accesses == 0 ? 0 : 100.0 * hits / accesses;
        }

        double minorPercent() {
            return accesses == 0 ? 0 : 100.0 * minorFaults / accesses;
        }
    }

    /** OPT, the manager's policies, LRU. */
    static List<String> names() {
        List<String> names = new ArrayList<>(List.of(OPT));
        names.addAll(ReplacementPolicies.names());
        names.add(LRU);
        return names;
    }

    /**
     * Runs a trace through an empty memory.
     *
     * @throws IllegalArgumentException if there is no such policy
     */
    static Result run(Trace trace, String policy, long memoryPages) {
        int capacity = trace.scaled(memoryPages);
        try (TracedCache cache = cache(trace, policy, capacity)) {
            long begin = System.nanoTime();
            long hits = 0;
            for (int page : trace.pages()) {
                hits += cache.touch(page) ? 1 : 0;
            }
            long ns = System.nanoTime() - begin;
            long accesses = trace.pages().length;
            return new Result(
                    policy,
                    memoryPages,
                    accesses,
                    hits,
                    cache.minorFaults(),
                    (double) cache.metadataBytes() / Math.min(capacity, Math.max(1, trace.distinctPages())),
                    (double) ns / Math.max(1, accesses));
        }
    }

    private static TracedCache cache(Trace trace, String policy, int capacity) {
        return switch (policy) {
            case OPT -> new OptCache(trace, capacity);
            case LRU -> new LruCache(capacity, trace.distinctPages());
            default -> new PolicyCache(policy, capacity, trace.distinctPages());
        };
    }
}
