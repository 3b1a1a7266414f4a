// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.remap.Region;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * Writers that count up words of 256 pages, each thread its own word of every page, beside an evictor of the same pages and a thread that
 * fills the rest of the region, so that these pages are deactivated and reclaimed as well. Eviction that copies a page before every
 * store to it has become visible loses increments here.
 */
final class CountersRun implements Run {
    static final int PAGES = 256;
    private static final int PAGE = TortureConfig.PAGE;
    private static final int EVICTED_AT_ONCE = 8;

    private final TortureConfig config;
    private final Region region;
    private final RunState state;
    private final long[][] expected;
    private final AtomicLongArray done;
    private final int ballastPages;
    private long evictedBytes;

    CountersRun(TortureConfig config, Region region) {
        this.config = config;
        this.region = region;
        this.state = new RunState(config.seconds());
        this.expected = new long[config.threads()][PAGES];
        this.done = new AtomicLongArray(config.threads());
        this.ballastPages = (int) (region.size() / PAGE) - PAGES;
    }

    @Override
    public String call() throws Exception {
        for (int thread = 0; thread < config.threads(); thread++) {
            int self = thread;
            state.start("counter-" + thread, () -> count(self));
        }
        state.start("counter-evictor", this::evict);
        state.start("counter-ballast", this::fillTheRest);
        state.await(0, config.threads());
        state.stop();
        state.awaitAll();
        state.rethrow();
        for (int thread = 0; thread < config.threads(); thread++) {
            for (int page = 0; page < PAGES; page++) {
                check(thread, page);
            }
        }
        return String.format(
                "  %,d increments while %,d pages were evicted; every counter is right",
                completed(), evictedBytes / PAGE);
    }

    private void count(int thread) {
        SplittableRandom random = new SplittableRandom(StripeMap.mix(config.seed() - thread - 1));
        long limit = config.operations() == 0 ? Long.MAX_VALUE : config.operations();
        for (long number = 0; number < limit && state.running(); number++) {
            int page = random.nextInt(PAGES);
            long next = check(thread, page) + 1;
            region.segment().set(JAVA_LONG, offset(thread, page), next);
            expected[thread][page] = next;
            done.lazySet(thread, number + 1);
        }
    }

    private void evict() throws Exception {
        SplittableRandom random = new SplittableRandom(~config.seed());
        while (state.running()) {
            int first = random.nextInt(PAGES);
            int count = Math.min(1 + random.nextInt(EVICTED_AT_ONCE), PAGES - first);
            evictedBytes += region.pageOut((long) first * PAGE, (long) count * PAGE);
        }
    }

    private void fillTheRest() {
        SplittableRandom random = new SplittableRandom(config.seed());
        while (ballastPages > 0 && state.running()) {
            int page = PAGES + random.nextInt(ballastPages);
            region.segment().set(JAVA_LONG, (long) page * PAGE, page);
        }
    }

    private long check(int thread, int page) {
        long offset = offset(thread, page);
        long got = region.segment().get(JAVA_LONG, offset);
        if (got != expected[thread][page]) {
            throw new TortureFailure(String.format(
                    "seed %d, counter of thread %d in page %d (offset %#x) after %,d increments: expected %,d, got %,d; %s",
                    config.seed(),
                    thread,
                    page,
                    offset,
                    done.get(thread),
                    expected[thread][page],
                    got,
                    PageState.describe(region, offset, expected[thread][page])));
        }
        return got;
    }

    /** Words spread over the page, so that no two threads share a cache line. */
    private long offset(int thread, int page) {
        return (long) page * PAGE + (long) thread * (PAGE / config.threads() & -Long.BYTES);
    }

    @Override
    public long completed() {
        return IntStream.range(0, done.length()).mapToLong(done::get).sum();
    }

    @Override
    public List<String> lanes() {
        return IntStream.range(0, done.length())
                .mapToObj(i -> "counter thread " + i + ", increment " + done.get(i))
                .toList();
    }
}
