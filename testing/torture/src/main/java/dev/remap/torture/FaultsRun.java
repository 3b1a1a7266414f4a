// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.faults.FaultBoard;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Rounds on one setting after the other until the time is over; every ninth loses messages, every tenth gets garbage. */
final class FaultsRun {
    private static final int PHASES = 2;
    private static final int LEAST_PHASE_MS = 500;
    private static final int MOST_PHASE_MS = 2000;
    private static final int SHARES = 40;
    private static final long NS_PER_MS = 1_000_000;
    private static final int WATCH_MS = 1000;

    private final long seed;
    private final int seconds;
    private final int firstRound;
    private final FaultBoard board;
    private final PrintStream out;
    private final IntConsumer halt;
    private final FaultCounts counts = new FaultCounts();
    private volatile @Nullable FaultRound current;

    FaultsRun(long seed, int seconds, int firstRound, Path board, PrintStream out, IntConsumer halt) {
        this.seed = seed;
        this.seconds = seconds;
        this.firstRound = firstRound;
        this.board = FaultBoard.open(board);
        this.out = out;
        this.halt = halt;
    }

    /** The exit status. */
    int run() throws Exception {
        out.printf("torture faults: --seed=%d --seconds=%d%n", seed, seconds);
        Thread.ofPlatform().daemon().name("faults-watch").start(this::watch);
        long began = System.nanoTime();
        long phaseMs = Math.clamp(seconds * 1000L / SHARES, LEAST_PHASE_MS, MOST_PHASE_MS);
        try {
            int round = firstRound;
            do {
                runRound(round, phaseMs, StripeMap.mix(seed + round), began);
                round++;
            } while ((System.nanoTime() - began) / NS_PER_MS < seconds * 1000L);
            report();
            return 0;
        } catch (TortureFailure e) {
            report();
            out.println("VIOLATION: " + e.getMessage());
            e.printStackTrace(out);
            return 1;
        }
    }

    private void runRound(int number, long phaseMs, long roundSeed, long began) throws Exception {
        int kind = number % (FaultSetting.ALL.size() + 2);
        FaultSetting setting = FaultSetting.ALL.get(kind % FaultSetting.ALL.size());
        FaultRound round = new FaultRound(setting, board, counts, roundSeed);
        current = round;
        long operations = counts.total();
        String what = "faults";
        if (kind == FaultSetting.ALL.size()) {
            what = "lost messages";
            round.runWithLoss(phaseMs);
        } else if (kind > FaultSetting.ALL.size()) {
            what = "garbage messages";
            round.runWithGarbage(phaseMs);
        } else {
            round.run(PHASES, phaseMs);
        }
        out.printf(
                Locale.ROOT,
                "[%4d s] round %d, %s, %s: %,d operations, all right%n",
                (System.nanoTime() - began) / 1_000_000_000,
                number,
                setting,
                what,
                counts.total() - operations);
    }

    private void report() {
        out.println("Injected:");
        List<String> names = FaultRules.names();
        long all = 0;
        for (int rule = 0; rule < names.size(); rule++) {
            long strikes = board.strikes(rule);
            all += strikes;
            out.printf(Locale.ROOT, "  %-28s%,9d%s", names.get(rule), strikes, rule % 3 == 2 ? "\n" : "");
        }
        out.printf(Locale.ROOT, "%n  %,d faults of %d kinds%n", all, names.size());
        out.println("Operations, by how they ended:");
        out.print(counts);
    }

    /** Java stacks as well, if they can be had: a thread in a fault keeps everybody from them. */
    private void describeThreads() throws InterruptedException {
        KernelWaits.of(ProcessHandle.current().pid()).forEach(out::println);
        ProcessHandle.current().children().forEach(manager -> {
            out.println("Its manager:");
            KernelWaits.of(manager.pid()).forEach(out::println);
        });
        Thread stacks = Thread.ofPlatform()
                .daemon()
                .start(() -> Thread.getAllStackTraces()
                        .forEach((thread, frames) -> out.println(thread + " " + List.of(frames))));
        stacks.join(WATCH_MS * 3L);
    }

    /** Ends the process where an operation takes longer than it may: its threads may be beyond being told. */
    private void watch() {
        try {
            while (true) {
                Thread.sleep(WATCH_MS);
                FaultRound round = current;
                List<String> late = round == null ? List.of() : round.late();
                if (!late.isEmpty()) {
                    out.println("VIOLATION: stuck");
                    late.forEach(out::println);
                    report();
                    describeThreads();
                    out.flush();
                    halt.accept(Watch.STALLED);
                }
            }
        } catch (InterruptedException e) {
            out.println("the watch ends");
        }
    }
}
