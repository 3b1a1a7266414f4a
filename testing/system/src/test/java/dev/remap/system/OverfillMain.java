// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/** Writes eight times the budget from two threads, reads it back, and says when it begins and ends. */
final class OverfillMain {
    static final long BUDGET = 16 * Pages.MIB;
    private static final long PAGES = 8 * BUDGET / Pages.SIZE;
    private static final int THREADS = 2;

    private OverfillMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (Remap remap = Remap.open(RemapConfig.defaults().dramBytes(BUDGET));
                Region region = remap.create("overfill", RegionSpec.ofSize(8 * BUDGET))) {
            System.out.println("ready " + remap.stats().managerPid());
            if (System.in.read() < 0) {
                return;
            }
            inParallel(thread -> write(region, thread));
            AtomicLong wrong = new AtomicLong();
            inParallel(thread -> wrong.addAndGet(read(region, thread)));
            System.out.println("wrong " + wrong);
            System.out.println("peak " + remap.stats().dramPeakBytes());
            System.out.println("done");
        }
    }

    private static void write(Region region, int thread) {
        for (long page = thread; page < PAGES; page += THREADS) {
            Pages.write(region.segment(), page, content(page));
        }
    }

    private static long read(Region region, int thread) {
        long wrong = 0;
        for (long page = thread; page < PAGES; page += THREADS) {
            if (!Arrays.equals(Pages.read(region.segment(), page), content(page))) {
                wrong++;
            }
        }
        return wrong;
    }

    /** One page in 32 cannot be compressed. */
    private static byte[] content(long page) {
        return page % 32 == 0 ? Pages.random(page) : Pages.text(page);
    }

    private interface Share {
        void run(int thread);
    }

    private static void inParallel(Share share) throws InterruptedException {
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            threads[i] = new Thread(() -> share.run(thread));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
