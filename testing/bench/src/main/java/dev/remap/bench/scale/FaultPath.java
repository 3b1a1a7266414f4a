// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench.scale;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.commons.math3.distribution.ExponentialDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * The fault path as a closed queueing network. A thread of the application:
 *
 * <ol>
 *   <li>accesses pages on a CPU until one is absent, and spends its own share of the fault there: {@link #access};
 *   <li>waits at one of the userfaultfds, first come, first served, until a fault thread takes the fault: {@link Uffd};
 *   <li>needs a frame, or waits for reclaim and touches again: {@link #takeFrame}. Reclaim agents keep the free frames between
 *       two watermarks: {@link ReclaimAgent};
 *   <li>is answered on a CPU, which takes longer the more threads wait at the same userfaultfd; and waits for the tier, while another
 *       fault thread reads on: {@link Uffd};
 *   <li>is woken, and goes on.
 * </ol>
 *
 * <p>CPUs are first come, first served as well, in pieces of a fault's or a page's length. The same seed gives the same outcome.
 */
public final class FaultPath {
    private static final int BATCH = 64;
    private static final int LOW = 2 * BATCH;
    private static final int HIGH = 4 * BATCH;
    private static final int FRAMES_A_THREAD = 4;
    private static final double NS_A_SECOND = 1e9;

    private final FaultCosts costs;
    private final FaultPlan plan;
    private final EventLoop loop = new EventLoop();
    private final Station cpus;
    private final Station tier;
    private final RandomGenerator random;
    private final List<Uffd> uffds = new ArrayList<>();
    private final List<ReclaimAgent> agents = new ArrayList<>();
    private final Deque<Fault> starved = new ArrayDeque<>();
    private final int high;
    private final int low;
    private int frames;
    private int running;
    private long accesses;
    private long faults;
    private long faultsStarved;
    private double faultNs;

    private FaultPath(FaultCosts costs, FaultPlan plan, long seed) {
        this.costs = costs;
        this.plan = plan;
        cpus = new Station(loop, plan.cpus());
        tier = new Station(loop, plan.tierDepth());
        random = new Well19937c(seed);
        low = LOW + FRAMES_A_THREAD * plan.threads();
        high = HIGH + 2 * FRAMES_A_THREAD * plan.threads();
        frames = high;
        for (int i = 0; i < plan.userfaultfds(); i++) {
            uffds.add(new Uffd());
        }
        for (int i = 0; i < plan.reclaimAgents(); i++) {
            agents.add(new ReclaimAgent());
        }
    }

    /**
     * Simulates.
     *
     * @param warmUpNs what happens before then does not count
     * @param measureNs how long what counts lasts
     */
    public static Outcome simulate(FaultCosts costs, FaultPlan plan, long seed, double warmUpNs, double measureNs) {
        return new FaultPath(costs, plan, seed).run(warmUpNs, measureNs);
    }

    private Outcome run(double warmUpNs, double measureNs) {
        for (int i = 0; i < plan.threads(); i++) {
            access();
        }
        loop.runUntil(warmUpNs);
        accesses = faults = faultsStarved = 0;
        faultNs = 0;
        cpus.beginMeasuring();
        tier.beginMeasuring();
        uffds.forEach(uffd -> uffd.turn.begin());
        agents.forEach(agent -> agent.work.begin());
        loop.runUntil(warmUpNs + measureNs);
        double perSecond = NS_A_SECOND / measureNs;
        return new Outcome(
                accesses * perSecond,
                faults * perSecond,
                faults == 0 ? 0 : faultNs / faults,
                faults == 0 ? 0 : (double) faultsStarved / faults,
                cpus.utilization(),
                uffds.stream()
                        .mapToDouble(uffd -> uffd.turn.average())
                        .average()
                        .orElseThrow(),
                agents.stream()
                        .mapToDouble(agent -> agent.work.average())
                        .average()
                        .orElseThrow(),
                tier.utilization());
    }

    /** Accesses until one faults: a geometric number of hits. */
    private void access() {
        double hits = plan.faultsAnAccess() == 1
                ? 0
                : Math.floor(Math.log1p(-random.nextDouble()) / Math.log1p(-plan.faultsAnAccess()));
        running++;
        cpus.serve(vary(hits * costs.accessNs() + costs.faultNs()), () -> {
            running--;
            accesses += (long) hits;
            anyUffd().add(new Fault());
        });
    }

    private Uffd anyUffd() {
        return uffds.get(random.nextInt(uffds.size()));
    }

    /** Has a frame for a fault, or puts it with those that wait for one; then it comes again. */
    private boolean takeFrame(Fault fault) {
        boolean needsOne = random.nextDouble() < plan.evictionsAFault();
        boolean has = !needsOne || frames > 0;
        if (needsOne && has) {
            frames--;
        } else if (needsOne) {
            faultsStarved++;
            starved.add(fault);
        }
        agents.forEach(ReclaimAgent::wakeIfNeeded);
        return has;
    }

    private void giveFrames() {
        frames += BATCH;
        for (int i = 0; i < frames && !starved.isEmpty(); i++) {
            starved.remove().repeat();
        }
    }

    private double vary(double meanNs) {
        return plan.law() == FaultPlan.Law.FIXED || meanNs == 0
                ? meanNs
                : new ExponentialDistribution(random, meanNs).sample();
    }

    /** A userfaultfd: threads that wait in faults, and the fault threads' turn to read them. */
    private final class Uffd {
        private final BusyTime turn = new BusyTime(loop);
        private final Deque<Fault> unread = new ArrayDeque<>();
        private int waiting;
        private int atTier;

        void add(Fault fault) {
            waiting++;
            unread.add(fault);
            read(costs.wakeUpNs());
        }

        /** Unless somebody has the turn, or all are at the tier: takes it, after {@code delayNs}. */
        private void read(double delayNs) {
            if (turn.busy() == 0 && atTier < plan.faultThreads() && !unread.isEmpty()) {
                turn.add(1);
                loop.after(delayNs, () -> answer(unread.remove()));
            }
        }

        private void answer(Fault fault) {
            if (!takeFrame(fault)) {
                waiting--;
                endTurn();
                return;
            }
            double ns = vary(costs.answerNs()) + (waiting - 1) * costs.waiterNs();
            cpus.serve(ns, () -> {
                if (costs.tierNs() == 0) {
                    waiting--;
                    fault.end();
                } else {
                    atTier++;
                    tier.serve(vary(costs.tierNs()), () -> cpus.serve(vary(costs.mapNs()), () -> map(fault)));
                }
                endTurn();
            });
        }

        private void map(Fault fault) {
            atTier--;
            waiting--;
            fault.end();
            read(0);
        }

        private void endTurn() {
            turn.add(-1);
            read(0);
        }
    }

    /** A touch of an absent page, until its thread goes on. */
    private final class Fault {
        private final double sinceNs = loop.nowNs();

        void end() {
            loop.after(vary(costs.wakeUpNs()), () -> {
                accesses++;
                faults++;
                faultNs += loop.nowNs() - sinceNs;
                access();
            });
        }

        /** There is memory by now: the touch comes again. */
        void repeat() {
            loop.after(
                    vary(costs.wakeUpNs()),
                    () -> cpus.serve(vary(costs.faultNs()), () -> anyUffd().add(this)));
        }
    }

    /** Evicts page by page and gives frames in batches, from one watermark to the other. */
    private final class ReclaimAgent {
        private final BusyTime work = new BusyTime(loop);
        private int batch;

        void wakeIfNeeded() {
            if (work.busy() == 0 && (frames < low || !starved.isEmpty())) {
                work.add(1);
                loop.after(costs.wakeUpNs(), this::evict);
            }
        }

        private void evict() {
            int targets = Math.min(running, plan.cpus());
            if (costs.interruptNs() > 0) {
                for (int i = 0; i < targets; i++) {
                    cpus.serve(costs.interruptNs(), () -> {});
                }
            }
            cpus.serve(vary(costs.evictNs()) + targets * costs.shootdownNs(), this::evicted);
        }

        private void evicted() {
            batch++;
            if (batch == BATCH) {
                batch = 0;
                giveFrames();
            }
            if (batch > 0 || frames < high) {
                evict();
            } else {
                work.add(-1);
            }
        }
    }
}
