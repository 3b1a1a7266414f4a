// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.runtime;

import dev.remap.Advice;
import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * An application that has its manager do what managers do: fault, reclaim, read ahead, and each command. It has a standby, as a takeover
 * starts one too. The manager rehearses a takeover by itself when it is trained.
 */
public final class TrainingMain {
    /** What a line begins with that tells the manager's process id. */
    static final String MANAGER = "manager ";

    private static final long PAGE = 4096;
    private static final long BYTES = 64L << 20;
    private static final long BUDGET_BYTES = 24L << 20;
    private static final int ROUNDS = 3;
    private static final int RANDOM_TOUCHES = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TrainingMain() {}

    /** Ends without closing: the manager is to end by itself then, with all the time it needs to write down what it has learnt. */
    public static void main(String[] args) throws RemapException {
        Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET_BYTES).standby(true));
        for (String policy : new String[] {"s3fifo", "clockpro"}) {
            Region region = remap.create(
                    policy, RegionSpec.ofSize(BYTES).tiers("zram", "file").policy(policy));
            for (int round = 0; round < ROUNDS; round++) {
                touch(region.segment(), round);
            }
            command(region);
            region.close();
        }
        System.out.println(MANAGER + remap.stats().managerPid());
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static void touch(MemorySegment memory, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (long at = 0; at < BYTES; at += PAGE) {
            for (long i = 0; i < PAGE / 4; i += Long.BYTES) {
                memory.set(ValueLayout.JAVA_LONG, at + i, random.nextLong());
            }
        }
        for (int i = 0; i < RANDOM_TOUCHES; i++) {
            long at = random.nextLong(BYTES / PAGE) * PAGE;
            long value = memory.get(ValueLayout.JAVA_LONG, at);
            if (i % 4 == 0) {
                memory.set(ValueLayout.JAVA_LONG, at, value + 1);
            }
        }
    }

    private static void command(Region region) throws RemapException {
        region.advise(0, BYTES / 4, Advice.SEQUENTIAL);
        region.prefetch(0, BYTES / 8);
        region.load(0, BYTES / 8, PATIENCE);
        region.pin(0, 16 * PAGE, PATIENCE).close();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment target = arena.allocate(PAGE);
            for (long at = 0; at < BYTES; at += 64 * PAGE) {
                region.read(at, target);
            }
        }
        region.pageOut(0, BYTES / 4);
        region.discard(0, BYTES / 4);
        region.verify(0, BYTES);
    }
}
