// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

import dev.remap.bench.scale.FaultCosts;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one thread that reads a region larger than its memory costs, by the clocks of the threads that take part.
 *
 * @param rate accesses a second
 * @param faultsAnAccess as it says
 * @param evictionsAFault as it says
 * @param readerNs CPU time of the thread that reads, an access
 * @param answerNs CPU time of the fault threads, a fault
 * @param evictNs CPU time of the reclaim agent, a page that left
 * @param otherCpus CPUs that others kept busy meanwhile
 */
record MeasuredCosts(
        double rate,
        double faultsAnAccess,
        double evictionsAFault,
        double readerNs,
        double answerNs,
        double evictNs,
        double otherCpus) {
    private static final double NS_A_SECOND = 1e9;
    private static final String FAULT_THREADS = "remap-fault";
    private static final String RECLAIM_AGENT = "remap-reclaim";
    private static final String ANY = "";

    /** With so many threads. */
    static MeasuredCosts of(RegionReaders readers, int threads, int warmUpMs, int measureMs)
            throws IOException, InterruptedException {
        Count[] counts = new Count[2];
        readers.measure(
                threads, warmUpMs, measureMs, () -> counts[0] = Count.of(readers), () -> counts[1] = Count.of(readers));
        return between(counts[0], counts[1]);
    }

    private static MeasuredCosts between(Count from, Count to) {
        double ns = to.timeNs - from.timeNs;
        double accesses = to.accesses - from.accesses;
        double faults = to.faults - from.faults;
        double evicted = to.evicted - from.evicted;
        return new MeasuredCosts(
                accesses * NS_A_SECOND / ns,
                faults / accesses,
                evicted / faults,
                (to.readersNs - from.readersNs) / accesses,
                (to.faultThreadsNs - from.faultThreadsNs) / faults,
                (to.reclaimNs - from.reclaimNs) / evicted,
                Math.max(0, (to.machineNs - from.machineNs - (to.oursNs - from.oursNs)) / ns));
    }

    /** The middle of each figure. */
    static MeasuredCosts median(List<MeasuredCosts> rounds) {
        return new MeasuredCosts(
                middle(rounds, MeasuredCosts::rate),
                middle(rounds, MeasuredCosts::faultsAnAccess),
                middle(rounds, MeasuredCosts::evictionsAFault),
                middle(rounds, MeasuredCosts::readerNs),
                middle(rounds, MeasuredCosts::answerNs),
                middle(rounds, MeasuredCosts::evictNs),
                middle(rounds, MeasuredCosts::otherCpus));
    }

    private static double middle(List<MeasuredCosts> rounds, ToDoubleFunction<MeasuredCosts> figure) {
        return Spread.range(rounds.stream().mapToDouble(figure).toArray()).median();
    }

    /** Those of the model, with what these clocks do not tell. */
    FaultCosts costs(double accessNs, double waiterNs, double wakeUpNs, double shootdownNs, double interruptNs) {
        double faultNs = Math.max(0, (readerNs - accessNs) / faultsAnAccess);
        return new FaultCosts(accessNs, faultNs, answerNs, waiterNs, wakeUpNs, evictNs, shootdownNs, interruptNs, 0, 0);
    }

    /** What has been counted until a moment. */
    private record Count(
            long timeNs,
            long accesses,
            long faults,
            long evicted,
            long readersNs,
            long faultThreadsNs,
            long reclaimNs,
            long oursNs,
            long machineNs) {
        static Count of(RegionReaders readers) throws IOException {
            var own = new ThreadTimes(ProcessHandle.current().pid());
            var manager = new ThreadTimes(readers.managerPid());
            var stats = readers.stats();
            return new Count(
                    System.nanoTime(),
                    readers.accesses(),
                    stats.touchFaults(),
                    stats.evictedPages(),
                    own.cpuNs(RegionReaders.THREADS),
                    manager.cpuNs(FAULT_THREADS),
                    manager.cpuNs(RECLAIM_AGENT),
                    own.cpuNs(ANY) + manager.cpuNs(ANY),
                    ThreadTimes.machineBusyNs());
        }
    }
}
