// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.fault;

import dev.remap.linux.UffdPort;
import dev.remap.wire.CountersLayout;
import dev.remap.wire.LogHistogram;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * The threads that answer an application's faults: one at a time reads the userfaultfd and answers what it reads, without handing it to
 * another thread, since a wake-up is most of what a fault from compressed memory costs. Only while a thread waits for a disk does the next
 * one read on ({@link FaultTurn}), so that the faults of many threads have as many reads of the disk under way.
 */
public final class FaultAgents {
    /** How many. Most reads that are under way at once for touches; commands have their own. */
    private static final int COUNT = 8;

    private static final int NO_STOP = -1;
    private static final int SPINS = 1000;
    private static final long PAUSE_NS = 20_000;

    private final FaultInbox inbox;
    private final List<FaultAgent> agents = new ArrayList<>();

    /**
     * Agents over {@code uffd}, which stays the caller's.
     *
     * @param process whose threads fault
     * @param handlers makes the handler of one thread
     */
    public FaultAgents(int uffd, int process, MemorySegment counters, Function<FaultStreams, FaultHandler> handlers) {
        this(uffd, process, NO_STOP, 0, counters, handlers);
    }

    /**
     * Agents that end.
     *
     * @param process whose threads fault
     * @param stop becomes readable when they are to end; {@code uffd} must not block then
     * @param shift what is added to the addresses of faults to have those that {@code handlers} know
     */
    public FaultAgents(
            int uffd,
            int process,
            int stop,
            long shift,
            MemorySegment counters,
            Function<FaultStreams, FaultHandler> handlers) {
        inbox = new FaultInbox(uffd, stop, shift);
        MemorySegment[] histograms = new MemorySegment[CountersLayout.FAULT_KINDS];
        for (int kind = 0; kind < histograms.length; kind++) {
            histograms[kind] = counters.asSlice(CountersLayout.histogram(kind), LogHistogram.BYTES);
        }
        FaultTurn turn = new FaultTurn();
        FaultStreams streams = new FaultStreams();
        for (int i = 0; i < COUNT; i++) {
            agents.add(new FaultAgent(
                    i, turn, inbox, new UffdPort(uffd), handlers.apply(streams), histograms, new CpuFollower(process)));
        }
    }

    /** What each thread has to run. */
    public List<? extends Runnable> agents() {
        return List.copyOf(agents);
    }

    /** Passes on the turn if the thread that has it has waited for a tier for long. */
    public void passTurns(long nowNs) {
        for (FaultAgent agent : agents) {
            agent.passTurn(nowNs);
        }
    }

    /**
     * Waits until each thread has looked up its regions anew: what was removed from the region table before is not used afterwards, and no
     * fault that was read before is still to be answered. For other threads; may wait as long as a tier takes for a page.
     */
    public void awaitQuiescent() {
        long batch = inbox.batch();
        for (int spins = 0; batch % 2 != 0 && inbox.batch() == batch; spins++) {
            pause(spins);
        }
        for (FaultAgent agent : agents) {
            long seen = agent.rounds();
            for (int spins = 0; seen % 2 != 0 && agent.rounds() == seen; spins++) {
                pause(spins);
            }
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
