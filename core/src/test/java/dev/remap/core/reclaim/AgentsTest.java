// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.core.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.remap.core.fault.DeferredFaults;
import dev.remap.core.fault.FaultHandler;
import dev.remap.core.fault.SimulatedFaultAgents;
import dev.remap.core.migrate.Promoter;
import dev.remap.core.migrate.RangeCommands;
import dev.remap.core.migrate.ResidentMapper;
import dev.remap.core.page.Mm;
import dev.remap.core.page.PagedRegion;
import dev.remap.core.sim.AdversarialMm;
import dev.remap.core.sim.Machine;
import dev.remap.core.sim.Mutator;
import dev.remap.core.sim.SimulatedMm;
import dev.remap.wire.AdviceCode;
import dev.remap.wire.CountersLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All agents at once on a simulated kernel, with a region four times the budget: threads that touch, load, pin, discard and page out,
 * three that serve faults, one that reclaims, one that zaps late. Every value read is checked against a model; at the end so is
 * every figure.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AgentsTest {
    private static final int PAGES = 4096;
    private static final int MUTATORS = 3;
    private static final int FAULT_THREADS = 3;
    private static final int STEPS = 5_000;

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Machine machine = new Machine(PAGES);
    private final DeferredFaults deferred = new DeferredFaults();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Runnable> lateZaps = new ConcurrentLinkedQueue<>();
    private final List<Thread> agents = new ArrayList<>();
    /** To read: held by fault threads from reading a fault to having answered it. Fair, so that a check is not put off for ever. */
    private final ReentrantReadWriteLock faultsAndChecks = new ReentrantReadWriteLock(true);

    private volatile boolean ending;
    private boolean adversarial;

    @AfterEach
    void close() throws InterruptedException {
        ending = true;
        for (Thread agent : agents) {
            agent.interrupt();
            agent.join();
        }
        machine.close();
    }

    /** What is below DRAM. */
    enum Below {
        TIER,
        TWO_TIERS,
        FILE,
        PRIVATE_FILE
    }

    @ParameterizedTest
    @CsvSource({
        "TIER, false",
        "TIER, true",
        "TWO_TIERS, false",
        "TWO_TIERS, true",
        "FILE, false",
        "FILE, true",
        "PRIVATE_FILE, false",
        "PRIVATE_FILE, true"
    })
    void everyValueIsRightAndEveryFigureExactWhateverHappensAtOnce(Below below, boolean onABadDay)
            throws InterruptedException {
        System.out.printf("agents over %s, %s, seed %d%n", below, onABadDay ? "on a bad day" : "on a good day", seed);
        adversarial = onABadDay;
        machine.kernel.stopLogging();
        machine.liveTier();
        if (below == Below.TWO_TIERS || below == Below.PRIVATE_FILE) {
            machine.addLowerTier();
        }
        if (below == Below.FILE || below == Below.PRIVATE_FILE) {
            machine.files(below == Below.PRIVATE_FILE);
        }
        machine.region.advice().set(512, 512, AdviceCode.DROP_BEHIND);
        machine.region.advice().set(1024, 256, AdviceCode.BYPASS);
        ReclaimAgent reclaim = startAgents();
        List<Mutator> mutators = runMutators(reclaim);
        for (Mutator mutator : mutators) {
            mutator.readEverything();
        }
        whileNoPageMoves(reclaim, machine::checkAccounting);
        mutators.getFirst().discard(0, PAGES);
        whileNoPageMoves(reclaim, () -> {
            machine.checkAccounting();
            assertThat(machine.budget.used()).isZero();
        });
        assertThat(machine.counter(CountersLayout.REGION_PINNED_PAGES)).isZero();
        assertThat(machine.counter(CountersLayout.REGION_EVICTED_PAGES)).isPositive();
        assertThat(machine.aborts.get()).isZero();
    }

    private List<Mutator> runMutators(ReclaimAgent reclaim) throws InterruptedException {
        List<Mutator> mutators = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < MUTATORS; i++) {
            RangeCommands commands =
                    new RangeCommands(mm(), machine.budget, machine.events, reclaim, machine.failureAction);
            Mutator mutator = new Mutator(machine, commands, reclaim, random.split(), i, MUTATORS);
            mutators.add(mutator);
            threads.add(start("mutator-" + i, () -> mutator.run(STEPS)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return mutators;
    }

    private ReclaimAgent startAgents() {
        Unmapper unmapper = new Unmapper() {
            @Override
            public void add(PagedRegion region, long page) {
                machine.kernel.zap(region.address(page), PagedRegion.PAGE_SIZE);
            }

            @Override
            public void flush() {
                // done at once
            }
        };
        Zapper zapper = (starts, lengths, count) -> {
            for (int i = 0; i < count; i++) {
                long start = starts[i];
                long length = lengths[i];
                lateZaps.add(() -> machine.kernel.zap(start, length));
            }
            return true;
        };
        ReclaimAgent reclaim = new ReclaimAgent(new ReclaimAgent.Parts(
                machine.regions,
                machine.budget,
                machine.events,
                machine.counters,
                mm(),
                deferred,
                machine.failureAction,
                unmapper,
                zapper));
        agents.add(start("reclaim", reclaim));
        CountDownLatch opened = new CountDownLatch(1);
        reclaim.execute(() -> {
            reclaim.open(machine.region, "s3fifo");
            opened.countDown();
        });
        await(opened);
        SimulatedFaultAgents faults =
                new SimulatedFaultAgents(machine.kernel, faultsAndChecks.readLock(), () -> ending);
        for (int i = 0; i < FAULT_THREADS; i++) {
            int number = i;
            agents.add(start("faults " + i, () -> serveFaults(reclaim, faults, number)));
        }
        agents.add(start("application's agent", this::zapLate));
        return reclaim;
    }

    private void serveFaults(ReclaimAgent reclaim, SimulatedFaultAgents faults, int number) {
        Mm mm = mm();
        FaultHandler handler = new FaultHandler(
                machine.regions,
                mm,
                new Promoter(mm, machine.budget, machine.events, machine.failureAction, true),
                new ResidentMapper(mm, machine.budget, machine.events, machine.failureAction),
                machine.failureAction,
                deferred,
                reclaim,
                faults.streams());
        faults.serve(number, handler);
    }

    private void zapLate() {
        while (!ending) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                return;
            }
            for (Runnable zap = lateZaps.poll(); zap != null; zap = lateZaps.poll()) {
                zap.run();
            }
        }
    }

    private Mm mm() {
        return adversarial ? new AdversarialMm(machine.kernel, random.split()) : new SimulatedMm(machine.kernel);
    }

    /** Checks between two faults, on the reclaim agent's own thread, after it has taken in everything that happened before. */
    private void whileNoPageMoves(ReclaimAgent reclaim, Runnable check) {
        CountDownLatch done = new CountDownLatch(1);
        faultsAndChecks.writeLock().lock();
        try {
            reclaim.execute(() -> {
                try {
                    check.run();
                } catch (AssertionError e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            });
            await(done);
        } finally {
            faultsAndChecks.writeLock().unlock();
        }
        assertThat(failures).as("seed %d", seed).isEmpty();
    }

    private void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS))
                    .as("the reclaim agent answers; failures: " + failures)
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Thread start(String name, Runnable task) {
        return Thread.ofPlatform().name(name).start(() -> {
            try {
                task.run();
            } catch (Throwable e) {
                failures.add(new AssertionError(name + ", seed " + seed, e));
                e.printStackTrace();
            }
        });
    }
}
