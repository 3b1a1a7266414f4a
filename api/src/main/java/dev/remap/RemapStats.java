// SPDX-License-Identifier: Apache-2.0 OR (GPL-2.0-only WITH Classpath-exception-2.0)
package dev.remap;

import java.util.Map;

/**
 * Figures of one manager. Read without stopping anything.
 *
 * @param mode who serves pages; in mode {@code MMAP} the figures that a manager would know are zero
 * @param dramBudgetBytes the limit on {@code dramUsedBytes}
 * @param budgetOrigin how the limit came about, in words and figures
 * @param dramUsedBytes DRAM in use now: resident pages of all regions and compressed pages
 * @param dramPeakBytes the most that was ever in use
 * @param compressedBytes of the DRAM in use, what the compressed tier occupies
 * @param chargedToThisCgroupBytes DRAM in use that the kernel charges to this process's cgroup (regions' pages)
 * @param chargedToManagerBytes DRAM in use that it charges to the manager's (compressed pages)
 * @param faults faults of plain touches, by kind, with their service times
 * @param failedPages pages failed at the moment, all regions
 * @param managerPid the manager's process id
 * @param managerLongestSafepointNs the manager's longest safepoint: it delays every fault
 * @param faultThreadAllocatedBytes bytes the manager's fault threads have allocated on its heap
 * @param cpuLatencyHeldNs how long the CPUs have been kept out of deep sleep
 * @param takeovers how often a standby has become the manager
 * @param lastTakeoverNs how long the last takeover took, from the notice of the manager's death to faults served; 0 if there was none
 * @param standbyPid the process that would take over now; 0 if there is none
 * @param taints what drivers have made of the manager, a letter each, for as long as it and its successors run; empty if nothing. P:
 *     a driver whose licence is not known to be compatible with GPL-2.0; O: one that is not Remap's own; E: one without a signature that
 *     counts; F: one that was forced; N: one for tests; X: one with native code, which could have changed anything.
 *     {@code ./remap driver list} has more
 */
public record RemapStats(
        ServiceMode mode,
        long dramBudgetBytes,
        String budgetOrigin,
        long dramUsedBytes,
        long dramPeakBytes,
        long compressedBytes,
        long chargedToThisCgroupBytes,
        long chargedToManagerBytes,
        Map<FaultKind, FaultStats> faults,
        long failedPages,
        long managerPid,
        long managerLongestSafepointNs,
        long faultThreadAllocatedBytes,
        long cpuLatencyHeldNs,
        long takeovers,
        long lastTakeoverNs,
        long standbyPid,
        String taints) {
    /** Copies the map. */
    public RemapStats {
        faults = Map.copyOf(faults);
    }
}
