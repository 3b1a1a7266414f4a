// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Remap;
import dev.remap.RemapStats;
import dev.remap.torture.StallProbe.Waits;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Kills managers, one after another, whenever there is a standby, and measures how long touches waited each time. One in sixteen is stopped
 * instead, which its standby finds out by its silence.
 */
final class ManagerKiller implements AutoCloseable {
    private static final long LIMIT_NS = 30_000_000_000L;
    private static final int LONGEST_PAUSE_MS = 500;
    private static final int STOPPED_ONE_IN = 16;
    private static final int POLL_MS = 2;
    private static final long TOUCHES_AFTER = 64;
    private static final double NS_PER_MS = 1e6;

    private final Remap remap;
    private final SplittableRandom random;
    private final PrintStream out;
    private final StallProbe probe;
    private final Thread thread;
    private final List<Waits> killed = new ArrayList<>();
    private final List<Waits> stopped = new ArrayList<>();
    private final List<Waits> undisturbed = new ArrayList<>();
    private final List<Long> takeoverNs = new ArrayList<>();
    private volatile boolean ending;
    private volatile @Nullable String problem;

    private ManagerKiller(Remap remap, long seed, PrintStream out) throws IOException {
        this.remap = remap;
        this.out = out;
        random = new SplittableRandom(seed);
        probe = StallProbe.start(remap);
        thread = new Thread(this::run, "torture-killer");
        thread.setDaemon(true);
    }

    static ManagerKiller start(Remap remap, long seed, PrintStream out) throws IOException {
        ManagerKiller killer = new ManagerKiller(remap, seed, out);
        killer.thread.start();
        return killer;
    }

    private void run() {
        try {
            while (!ending && problem == null) {
                await("a standby", stats -> stats.standbyPid() != 0);
                probe.takeLongest();
                Thread.sleep(random.nextInt(LONGEST_PAUSE_MS));
                undisturbed.add(probe.takeLongest());
                if (!ending) {
                    killOne();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            problem = e.toString();
        }
    }

    private void killOne() throws InterruptedException, IOException {
        boolean stop = random.nextInt(STOPPED_ONE_IN) == 0;
        RemapStats before = remap.stats();
        probe.takeLongest();
        signal(before.managerPid(), stop ? "STOP" : "KILL");
        await("a takeover", stats -> stats.takeovers() == before.takeovers() + 1);
        long touched = probe.touches();
        await("touches after a takeover", _ -> probe.touches() > touched + TOUCHES_AFTER);
        (stop ? stopped : killed).add(probe.takeLongest());
        takeoverNs.add(remap.stats().lastTakeoverNs());
    }

    private static void signal(long pid, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor(1, TimeUnit.SECONDS);
    }

    private interface Condition {
        boolean holds(RemapStats stats);
    }

    private void await(String what, Condition condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.holds(remap.stats())) {
            if (System.nanoTime() - start > LIMIT_NS) {
                problem = "no " + what.replace("a ", "") + " within " + LIMIT_NS / 1_000_000_000 + " s";
                out.println("FAILED: " + problem);
                return;
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** Kills no more; throws if something went wrong. */
    void stop() throws InterruptedException {
        ending = true;
        thread.join();
        String failure = problem != null ? problem : probe.problem();
        if (failure != null && !failure.isEmpty()) {
            throw new TortureFailure(failure);
        }
    }

    String summary() {
        return String.format(
                "  %d managers killed: %s%n  %d managers stopped: %s%n"
                        + "  of that, from the notice of a death to faults served: %s%n"
                        + "  without a death, the longest in up to %d ms: %s",
                killed.size(),
                waits(killed),
                stopped.size(),
                waits(stopped),
                quantiles(takeoverNs),
                LONGEST_PAUSE_MS,
                waits(undisturbed));
    }

    private static String waits(List<Waits> waits) {
        return String.format(
                "touches waited %s; but for pauses of the garbage collector %s; commands %s",
                quantiles(waits.stream().map(Waits::touchNs).toList()),
                quantiles(waits.stream().map(Waits::unpausedTouchNs).toList()),
                quantiles(waits.stream().map(Waits::commandNs).toList()));
    }

    private static String quantiles(List<Long> waits) {
        if (waits.isEmpty()) {
            return "-";
        }
        List<Long> sorted = new ArrayList<>(waits);
        Collections.sort(sorted);
        return String.format(
                "p50 %.1f ms, p99 %.1f ms, at most %.1f ms",
                at(sorted, 0.5) / NS_PER_MS, at(sorted, 0.99) / NS_PER_MS, sorted.getLast() / NS_PER_MS);
    }

    private static long at(List<Long> sorted, double quantile) {
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(quantile * sorted.size()) - 1));
    }

    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        probe.close();
    }
}
