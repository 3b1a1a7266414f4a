// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

/**
 * What is simulated.
 *
 * @param cpus how many
 * @param threads of the application, all of which access pages all the time
 * @param faultsAnAccess the share of accesses that fault
 * @param evictionsAFault pages that leave DRAM for each fault: 1 once memory is full, less if faults bring in nothing
 * @param userfaultfds over which the faults are spread evenly
 * @param faultThreads for each userfaultfd, of which one at a time reads faults and the others wait for a tier
 * @param reclaimAgents threads that evict
 * @param tierDepth requests that a tier serves at once
 * @param law how the costs vary
 */
public record FaultPlan(
        int cpus,
        int threads,
        double faultsAnAccess,
        double evictionsAFault,
        int userfaultfds,
        int faultThreads,
        int reclaimAgents,
        int tierDepth,
        Law law) {
    /** Refuses what cannot be. */
    public FaultPlan {
        if (threads < 1 || userfaultfds < 1 || faultThreads < 1 || reclaimAgents < 1) {
            throw new IllegalArgumentException("at least one of each is needed");
        }
        if (!(faultsAnAccess > 0 && faultsAnAccess <= 1) || !(evictionsAFault >= 0 && evictionsAFault <= 1)) {
            throw new IllegalArgumentException("shares are more than 0 and at most 1");
        }
    }

    /** How long what costs so much on average takes. */
    public enum Law {
        /** Always the same. */
        FIXED,
        /** Exponentially distributed, as the queueing formulas want it. */
        EXPONENTIAL
    }

    /** The same with another number of threads. */
    public FaultPlan withThreads(int count) {
        return new FaultPlan(
                cpus,
                count,
                faultsAnAccess,
                evictionsAFault,
                userfaultfds,
                faultThreads,
                reclaimAgents,
                tierDepth,
                law);
    }

    /** The same, shared out otherwise. */
    public FaultPlan withServers(int fds, int agents) {
        return new FaultPlan(cpus, threads, faultsAnAccess, evictionsAFault, fds, faultThreads, agents, tierDepth, law);
    }
}
