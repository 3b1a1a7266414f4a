// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.system;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import dev.remap.RemapConfig;
import dev.remap.RemapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** An application whose manager is killed: prints what each kind of call then does, and how long it took. */
final class OrphanMain {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long PAGES = 8 * Pages.MIB / Pages.SIZE;

    private final Remap remap;
    private final Region region;

    private OrphanMain() throws IOException {
        remap = Remap.open(RemapConfig.defaults().dramBytes(16 * Pages.MIB));
        region = remap.create("orphan", RegionSpec.ofSize(32 * Pages.MIB));
    }

    public static void main(String[] arguments) throws IOException {
        OrphanMain application = new OrphanMain();
        switch (arguments[0]) {
            case "calls" -> application.callsThrow();
            case "touches" -> application.touchesThrow();
            default -> application.threadsAreReleased();
        }
        application.report("close", application.remap::close);
        System.out.println("done");
    }

    private void callsThrow() throws IOException {
        prepare();
        killManager();
        report("load", () -> region.load(0, Pages.MIB, PATIENCE));
        report(
                "loadAsync",
                () -> region.loadAsync(new long[] {0}, 1, Pages.SIZE)
                        .toCompletableFuture()
                        .join());
        report("pin", () -> region.pin(0, Pages.MIB, PATIENCE).close());
        report("pageOut", () -> region.pageOut(0, Pages.MIB));
        report("discard", () -> region.discard(0, Pages.MIB));
        report("failures", region::failures);
        report("create", () -> remap.create("another", RegionSpec.ofSize(Pages.MIB)));
        report("prefetch", () -> region.prefetch(0, Pages.MIB));
        report("stats", () -> System.out.println("budget " + remap.stats().dramBudgetBytes()));
    }

    private void touchesThrow() throws IOException {
        prepare();
        killManager();
        report("absent", () -> touch(PAGES / 4));
        report("untouched", () -> touch(2 * PAGES));
        report("present", () -> touch(PAGES - 1));
        report("verify", () -> region.verify(0, Pages.SIZE));
        report("check", Remap::check);
    }

    /** The pages of the first half are below DRAM. */
    private void prepare() throws IOException {
        Pages.writeTexts(region.segment(), 0, PAGES);
        Eviction.of(region, 0, PAGES / 2 * Pages.SIZE);
    }

    /** Threads fault and the heap is collected all the time, so that the kill finds threads in faults and a safepoint pending. */
    private void threadsAreReleased() throws IOException {
        prepare();
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            int first = i;
            threads[i] = new Thread(() -> report("toucher " + first, () -> touchForEver(first)));
            threads[i].start();
        }
        Thread collector = new Thread(OrphanMain::collectForEver);
        collector.setDaemon(true);
        collector.start();
        System.out.println("ready " + remap.stats().managerPid());
        for (Thread thread : threads) {
            joinUninterrupted(thread);
        }
    }

    private void touchForEver(long first) throws RemapException {
        for (long i = first; ; i = (i + 7) % PAGES) {
            if (i % 64 == 0) {
                region.pageOut(i * Pages.SIZE, 32L * Pages.SIZE);
            }
            touch(i);
        }
    }

    /** Ends in an error, or finds the right bytes, or says that it did not. */
    private void touch(long page) {
        long got = region.segment().get(JAVA_LONG, page * Pages.SIZE);
        long first =
                ByteBuffer.wrap(Pages.text(page)).order(ByteOrder.nativeOrder()).getLong();
        if (got != first) {
            System.out.println("WRONG " + got + " in page " + page);
        }
    }

    private static void collectForEver() {
        while (true) {
            System.gc();
        }
    }

    private void killManager() {
        long pid = remap.stats().managerPid();
        ProcessHandle manager = ProcessHandle.of(pid).orElseThrow();
        manager.destroyForcibly();
        manager.onExit().join();
        System.out.println("killed " + pid);
    }

    private void report(String what, ThrowingCallable call) {
        long began = System.nanoTime();
        String outcome;
        try {
            call.call();
            outcome = "ok";
        } catch (RemapException e) {
            outcome = e.category().name();
        } catch (Throwable e) {
            outcome = e.getCause() instanceof RemapException cause
                    ? cause.category().name()
                    : e.getClass().getSimpleName();
        }
        System.out.println(what + ": " + outcome + " " + (System.nanoTime() - began) / 1_000_000);
    }

    private static void joinUninterrupted(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
