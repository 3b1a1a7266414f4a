// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import dev.remap.faults.FaultBoard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A manager and a region: some phases in which calls fail, each followed by a calm one in which all must come back; then the end. */
final class FaultRound {
    /** Half a region of 16 MiB in the smallest budgets that leave tiers some room. */
    private static final int PAGES = 4096;

    private static final long DRAM = 6L << 20;
    private static final int THREADS = 4;
    private static final long NS_PER_MS = 1_000_000;
    private static final long CLOSE_MS = 20_000;

    private final FaultSetting setting;
    private final FaultBoard board;
    private final FaultCounts counts;
    private final SplittableRandom random;
    private volatile List<FaultLane> lanes = List.of();
    private volatile long deadlineNs;
    private volatile @Nullable Throwable failure;

    FaultRound(FaultSetting setting, FaultBoard board, FaultCounts counts, long seed) {
        this.setting = setting;
        this.board = board;
        this.counts = counts;
        random = new SplittableRandom(seed);
    }

    /** Phases with all but lost and garbled messages, each of so many milliseconds; the close is under faults as well. */
    void run(int phases, long phaseMs) throws Exception {
        long wrongBefore = board.strikes(FaultRules.wrongWrites());
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM))) {
            FaultRegion region = FaultRegion.open(remap, setting, PAGES, THREADS, counts);
            lanes = lanes(region);
            for (int phase = 0; phase < phases; phase++) {
                board.on(FaultRules.some(random, setting.checksums()));
                work(phaseMs, FaultLane::step, remap);
                calm();
                long wrong = board.strikes(FaultRules.wrongWrites()) - wrongBefore;
                region.recover(wrong);
            }
            board.on(FaultRules.some(random, setting.checksums()) & ~(1L << FaultRules.wrongWrites()));
            closeInTime(region);
        } finally {
            board.on(0);
        }
    }

    /** Messages are lost: what waits for an answer ends at its deadline, and the rest goes on. */
    void runWithLoss(long phaseMs) throws Exception {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM));
                FaultRegion region = FaultRegion.open(remap, setting, PAGES, THREADS, counts)) {
            lanes = lanes(region); // no other operations: they would wait for as long as commands do, a minute
            board.on(FaultRules.loss());
            work(phaseMs, FaultLane::load, null);
            board.on(0);
            region.recover(0);
        } finally {
            board.on(0);
        }
    }

    /** Messages are garbage: the manager is lost, which everything says, and the close is in time. */
    void runWithGarbage(long phaseMs) throws Exception {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(DRAM))) {
            FaultRegion region = FaultRegion.open(remap, setting, PAGES, THREADS, counts);
            lanes = lanes(region);
            lanes.forEach(FaultLane::managerMayEnd);
            work(phaseMs / 4, FaultLane::step, remap);
            board.on(FaultRules.garbage());
            work(phaseMs, FaultLane::step, null);
            board.on(0);
            closeInTime(region);
        } finally {
            board.on(0);
        }
    }

    /** Nothing fails any more, and what was delayed is back: a hint's fetch hangs without anybody who waits for it. */
    private void calm() throws InterruptedException {
        board.on(0);
        long began = System.nanoTime();
        while (board.delays() > 0) {
            Thread.sleep(10);
            if (System.nanoTime() - began > CLOSE_MS * NS_PER_MS) {
                throw new TortureFailure(board.delays() + " calls are delayed for ever");
            }
        }
    }

    private List<FaultLane> lanes(FaultRegion region) {
        List<FaultLane> made = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            made.add(new FaultLane(thread, region.region, region.model, counts, setting.fileMode(), random.nextLong()));
        }
        return made;
    }

    private void work(long ms, Consumer<FaultLane> step, @Nullable Remap remap) throws InterruptedException {
        deadlineNs = System.nanoTime() + ms * NS_PER_MS;
        List<Thread> threads = new ArrayList<>();
        for (FaultLane lane : lanes) {
            threads.add(Thread.ofPlatform().daemon().name("faults-lane").start(() -> follow(lane, step)));
        }
        while (remap != null && isOn()) {
            createAndClose(remap);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Throwable cause = failure;
        if (cause instanceof TortureFailure known) {
            throw known;
        }
        if (cause != null) {
            throw new TortureFailure(cause.toString(), cause);
        }
    }

    private boolean isOn() {
        return failure == null && System.nanoTime() - deadlineNs < 0;
    }

    private void follow(FaultLane lane, Consumer<FaultLane> step) {
        try {
            while (isOn()) {
                step.accept(lane);
            }
        } catch (Throwable t) {
            failure = t;
        }
    }

    /** Regions come and go beside it: what they need may be refused. */
    private void createAndClose(Remap remap) throws InterruptedException {
        Thread.sleep(100);
        long began = System.nanoTime();
        String how = "ok";
        try {
            RegionSpec spec = RegionSpec.ofSize(64L * TortureConfig.PAGE)
                    .tiers(setting.tiers().toArray(String[]::new));
            remap.create("beside", spec).close();
        } catch (RemapException e) {
            how = e.category().name();
            if (e.category() == RemapException.Category.MANAGER_LOST
                    || e.category() == RemapException.Category.EXISTS) {
                failure = new TortureFailure("a region beside could not be made: " + e, e);
            }
        }
        counts.ended("create", how, (System.nanoTime() - began) / NS_PER_MS);
    }

    private void closeInTime(FaultRegion region) throws IOException {
        long began = System.nanoTime();
        region.close();
        long elapsedMs = (System.nanoTime() - began) / NS_PER_MS;
        counts.ended("close", "ok", elapsedMs);
        if (elapsedMs > CLOSE_MS) {
            throw new TortureFailure("the region's close took " + elapsedMs + " ms");
        }
    }

    /** What takes longer than it may, a line each. Read by other threads. */
    List<String> late() {
        List<String> lines = new ArrayList<>();
        for (FaultLane lane : lanes) {
            String line = lane.late();
            if (line != null) {
                lines.add(line);
            }
        }
        return lines;
    }
}
