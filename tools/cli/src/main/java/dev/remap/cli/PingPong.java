// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.cli;

import dev.remap.cli.HostFacts.RoundTrips;
import dev.remap.linux.CpuAffinity;
import dev.remap.linux.FileIo;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Two threads that wake each other by turns through a pair of pipes, each bound to a CPU. */
final class PingPong {
    private static final int WARM_UP = 2_000;
    private static final int MOST = 5_000;
    private static final int FEWEST = 100;
    private static final long LONGEST_NS = 350_000_000;

    private final int[] there = new int[2];
    private final int[] back = new int[2];

    private PingPong() {}

    /** Round trips between two CPUs, or on one; empty if that cannot be measured. Takes a third of a second at most. */
    static Optional<RoundTrips> measure(int cpu, int otherCpu) {
        PingPong pair = new PingPong();
        if (FileIo.pipe2(pair.there, FileIo.O_CLOEXEC) < 0) {
            return Optional.empty();
        }
        if (FileIo.pipe2(pair.back, FileIo.O_CLOEXEC) < 0) {
            close(pair.there);
            return Optional.empty();
        }
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            threads.execute(() -> pair.echo(otherCpu));
            return summary(threads.submit(() -> pair.ping(cpu)).get());
        } catch (InterruptedException | ExecutionException e) {
            return Optional.empty();
        } finally {
            FileIo.close(pair.there[0]);
            FileIo.close(pair.back[0]);
        }
    }

    /** The times of the last round trips. Ends early, and so does the other side, if one of them cannot go on. */
    private long[] ping(int cpu) {
        long[] times = new long[MOST];
        int count = 0;
        try (Arena arena = Arena.ofConfined()) {
            long token = arena.allocate(1).address();
            long end = System.nanoTime() + LONGEST_NS;
            boolean going = bind(cpu);
            while (going && count < WARM_UP + MOST && System.nanoTime() < end) {
                long before = System.nanoTime();
                going = FileIo.write(there[1], token, 1) == 1 && FileIo.read(back[0], token, 1) == 1;
                times[count++ % MOST] = System.nanoTime() - before;
            }
        } finally {
            FileIo.close(there[1]);
        }
        return Arrays.copyOf(times, Math.min(count, MOST));
    }

    private void echo(int cpu) {
        try (Arena arena = Arena.ofConfined()) {
            long token = arena.allocate(1).address();
            boolean going = bind(cpu);
            while (going) {
                going = FileIo.read(there[0], token, 1) == 1 && FileIo.write(back[1], token, 1) == 1;
            }
        } finally {
            FileIo.close(back[1]);
        }
    }

    private static boolean bind(int cpu) {
        long[] mask = new long[cpu / Long.SIZE + 1];
        mask[cpu / Long.SIZE] = 1L << cpu;
        return CpuAffinity.set(0, mask) >= 0;
    }

    private static Optional<RoundTrips> summary(long[] times) {
        if (times.length < FEWEST) {
            return Optional.empty();
        }
        Arrays.sort(times);
        return Optional.of(new RoundTrips(times.length, times[times.length / 2], times[(int) (times.length * 0.99)]));
    }

    private static void close(int[] pipe) {
        FileIo.close(pipe[0]);
        FileIo.close(pipe[1]);
    }
}
