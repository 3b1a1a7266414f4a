// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.RegionSpec;
import dev.remap.Remap;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * A thread that has pages put out and touches them, one after the other, and so sees how long nobody was served: the longest touch, and the
 * longest command. A touch during which the garbage collector has paused this JVM, as it does with or without a manager, counts with and
 * without that pause.
 */
final class StallProbe implements AutoCloseable {
    private static final int PAGE = TortureConfig.PAGE;
    private static final int PAGES = 512;
    private static final long LONG_NS = 1_000_000;

    private final Region region;
    private final Thread thread;
    private final GcPauses pauses = GcPauses.listen();
    private final List<Touched> longTouches = new ArrayList<>();
    private final AtomicLong longestTouchNs = new AtomicLong();
    private final AtomicLong longestCommandNs = new AtomicLong();
    private final AtomicLong touches = new AtomicLong();
    private volatile boolean stopped;
    private volatile String problem = "";

    private StallProbe(Region region) {
        this.region = region;
        thread = new Thread(this::run, "torture-probe");
        thread.setDaemon(true);
    }

    static StallProbe start(Remap remap) throws IOException {
        StallProbe probe = new StallProbe(remap.create("probe", RegionSpec.ofSize((long) PAGES * PAGE)));
        for (long page = 0; page < PAGES; page++) {
            probe.region.segment().set(ValueLayout.JAVA_LONG, page * PAGE, page);
            probe.region.segment().set(ValueLayout.JAVA_LONG, page * PAGE + Long.BYTES, ~page);
        }
        probe.thread.start();
        return probe;
    }

    private void run() {
        long last = System.nanoTime();
        List<Long> order = new ArrayList<>(LongStream.range(0, PAGES).boxed().toList());
        Collections.shuffle(order); // read-ahead would spare most faults
        try {
            while (!stopped) {
                region.pageOut(0, region.size()); // all at once: most of the time is spent in touches
                long put = System.nanoTime();
                longestCommandNs.accumulateAndGet(put - last, Math::max);
                last = put;
                for (long page : order) {
                    long got = region.segment().get(ValueLayout.JAVA_LONG, page * PAGE);
                    long now = System.nanoTime();
                    touched(last, now);
                    last = now;
                    if (got != page) {
                        problem = "page " + page + " of the probe has " + got;
                    }
                    touches.incrementAndGet();
                }
            }
        } catch (IOException | RuntimeException e) {
            problem = "the probe failed: " + e;
        }
    }

    private void touched(long fromNs, long toNs) {
        longestTouchNs.accumulateAndGet(toNs - fromNs, Math::max);
        if (toNs - fromNs >= LONG_NS) {
            synchronized (longTouches) {
                longTouches.add(new Touched(fromNs, toNs));
            }
        }
    }

    /** A touch that took long. */
    private record Touched(long fromNs, long toNs) {}

    /** The longest touch and the longest command since the last call. */
    Waits takeLongest() throws InterruptedException {
        pauses.awaitKnown();
        long longestNs = longestTouchNs.getAndSet(0);
        long unpausedNs = Math.min(longestNs, LONG_NS);
        synchronized (longTouches) {
            for (Touched each : longTouches) {
                long pausedNs = pauses.within(each.fromNs, each.toNs);
                unpausedNs = Math.max(unpausedNs, each.toNs - each.fromNs - pausedNs);
            }
            longTouches.clear();
        }
        return new Waits(longestNs, unpausedNs, longestCommandNs.getAndSet(0));
    }

    /**
     * How long a touch and a command took, in nanoseconds.
     *
     * @param unpausedTouchNs of what a touch took, what the garbage collector's pauses do not account for
     */
    record Waits(long touchNs, long unpausedTouchNs, long commandNs) {}

    long touches() {
        return touches.get();
    }

    /** What went wrong; empty if nothing. */
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        region.close();
        pauses.close();
    }
}
