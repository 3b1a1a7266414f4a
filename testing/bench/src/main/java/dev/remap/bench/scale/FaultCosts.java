// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

/**
 * What the parts of a fault cost, in nanoseconds of a CPU where nothing else is said.
 *
 * @param accessNs an access to a page that is mapped
 * @param faultNs the faulting thread's own share of a fault: into the kernel, to sleep, and back
 * @param answerNs the fault thread's share: read the fault, fetch, map, wake
 * @param waiterNs what each further thread that waits at the same userfaultfd adds to that
 * @param wakeUpNs until a thread that has been woken runs; no CPU is busy meanwhile
 * @param evictNs a page's way out: protect, copy, compress, store, punch
 * @param shootdownNs what each further CPU that runs the application adds to that, since it has to drop translations
 * @param interruptNs what an evicted page costs each of those CPUs
 * @param tierNs how long a tier takes that the fault thread waits for without a CPU; 0 if contents come from DRAM
 * @param mapNs the fault thread's share after that
 */
public record FaultCosts(
        double accessNs,
        double faultNs,
        double answerNs,
        double waiterNs,
        double wakeUpNs,
        double evictNs,
        double shootdownNs,
        double interruptNs,
        double tierNs,
        double mapNs) {
    /** The same with other CPUs: {@code speed} times as fast; what nobody works at stays. */
    public FaultCosts onCpus(double speed) {
        return new FaultCosts(
                accessNs / speed,
                faultNs / speed,
                answerNs / speed,
                waiterNs / speed,
                wakeUpNs,
                evictNs / speed,
                shootdownNs / speed,
                interruptNs / speed,
                tierNs,
                mapNs / speed);
    }

    /** The same with contents in a tier that takes so long. */
    public FaultCosts withTier(double latencyNs, double restNs) {
        return new FaultCosts(
                accessNs, faultNs, answerNs, waiterNs, wakeUpNs, evictNs, shootdownNs, interruptNs, latencyNs, restNs);
    }

    /** The same with other costs of eviction. */
    public FaultCosts withEviction(double pageNs, double shootdown, double interrupt) {
        return new FaultCosts(
                accessNs, faultNs, answerNs, waiterNs, wakeUpNs, pageNs, shootdown, interrupt, tierNs, mapNs);
    }

    /** The same with another cost of those who wait. */
    public FaultCosts withWaiter(double ns) {
        return new FaultCosts(
                accessNs, faultNs, answerNs, ns, wakeUpNs, evictNs, shootdownNs, interruptNs, tierNs, mapNs);
    }
}
