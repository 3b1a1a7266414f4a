// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import dev.remap.Region;
import dev.remap.Remap;
import dev.remap.RemapException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** With one carrier: a virtual thread waits for a manager that has been stopped, and another one runs meanwhile. */
final class ReadCarrierMain {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int STEPS = 1000;

    private ReadCarrierMain() {}

    public static void main(String[] arguments) throws Exception {
        try (OpenRegion open = OpenRegion.of(16 * Pages.MIB, Pages.MIB)) {
            Pages.writeTexts(open.region().segment(), 0, 8);
            Eviction.of(open.region(), 0, 8L * Pages.SIZE);
            byte[] got = new byte[Pages.SIZE];
            Thread reader = readWhileStopped(open.remap(), open.region(), MemorySegment.ofArray(got));
            reader.join();
            System.out.println("right " + Arrays.equals(got, Pages.text(3)));
        }
        System.out.println("end");
    }

    private static Thread readWhileStopped(Remap remap, Region region, MemorySegment target) throws Exception {
        long manager = remap.stats().managerPid();
        signal("STOP", manager);
        try {
            Thread reader = Thread.ofVirtual().start(() -> read(region, target));
            Eventually.await("a reader that waits", LIMIT, () -> isWaiting(reader));
            AtomicLong steps = new AtomicLong();
            Thread other = Thread.ofVirtual().start(() -> count(steps));
            boolean ended = other.join(LIMIT);
            System.out.println("steps " + steps + " " + ended + ", reader waits " + reader.isAlive());
            return reader;
        } finally {
            signal("CONT", manager);
        }
    }

    private static boolean isWaiting(Thread thread) {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    private static void read(Region region, MemorySegment target) {
        try {
            region.read(3L * Pages.SIZE, target);
        } catch (RemapException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    private static void count(AtomicLong steps) {
        for (int i = 0; i < STEPS; i++) {
            steps.incrementAndGet();
            LockSupport.parkNanos(1);
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " ended with " + status);
        }
    }
}
