// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

/**
 * What a simulation came to.
 *
 * @param accesses a second
 * @param faults a second
 * @param faultNs from a touch to its going on, the mean
 * @param starved the share of faults that waited for memory
 * @param cpus how busy they were, 0 to 1
 * @param faultThreads the same of those who read faults
 * @param reclaim the same of the reclaim agents
 * @param tier the same of the tier
 */
public record Outcome(
        double accesses,
        double faults,
        double faultNs,
        double starved,
        double cpus,
        double faultThreads,
        double reclaim,
        double tier) {
    private static final double NEARLY_ALL = 0.9;
    private static final double SOME = 0.01;

    /** What there is too little of; "nothing" if more threads would do more. */
    public String limit() {
        if (reclaim > NEARLY_ALL && starved > SOME) {
            return "reclaim";
        }
        if (faultThreads > NEARLY_ALL) {
            return "fault thread";
        }
        if (tier > NEARLY_ALL) {
            return "tier";
        }
        return cpus > NEARLY_ALL ? "CPUs" : "nothing";
    }
}
