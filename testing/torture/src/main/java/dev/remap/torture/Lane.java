// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

import dev.remap.Region;
import dev.remap.torture.StripeMap.Stripe;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** What one thread works with: its plan, its stripes, its buffers, and the region beside its model. Used by its thread only. */
final class Lane {
    static final int MOST_PAGES = 64;
    private static final int PAGE = TortureConfig.PAGE;
    /** Part of the budget, in percent, that compressed content may take. */
    private static final int CONTENT_PERCENT = 35;
    /** Operations of a thread until the busy window moves. */
    private static final int WINDOW_SHIFT = 12;

    final int thread;
    final TortureConfig config;
    final SplittableRandom random;
    final Region region;
    final MemorySegment segment;
    final Model model;
    final EntropyLedger ledger;
    final MemorySegment scratch;
    final byte[] heap = new byte[MOST_PAGES * PAGE];
    final DirectFile file;
    final LaneProgress progress = new LaneProgress();
    private final Plan plan;
    private int sweep;

    Lane(TortureConfig config, int thread, Region region, Model model, DirectFile file, Arena arena) {
        this.thread = thread;
        this.config = config;
        this.random = new SplittableRandom(StripeMap.mix(config.seed() + 31L * thread));
        this.region = region;
        this.segment = region.segment();
        this.model = model;
        long quota = config.contentIsScarce() ? config.dramBytes() * CONTENT_PERCENT / 100 : Long.MAX_VALUE;
        this.ledger = new EntropyLedger(config.pages(), quota / config.threads());
        this.plan = new Plan(config.fileMode());
        this.scratch = arena.allocate((long) MOST_PAGES * PAGE, PAGE);
        this.file = file;
        this.sweep = random.nextInt(config.pages());
    }

    /** Does one operation of the plan and counts it. */
    void step(OperationCounts totals) throws Exception {
        Operation operation = plan.choose(random, ledger.full());
        progress.begin(operation);
        try {
            operation.run(this);
        } catch (TortureFailure e) {
            throw e;
        } catch (Throwable t) {
            throw new TortureFailure(describe() + ": " + t, t);
        }
        progress.end();
        totals.add(operation);
    }

    /** A page: three times out of four of a window that all threads share for a while. */
    long pickPage() {
        int pages = config.pages();
        if (random.nextInt(4) == 0) {
            return random.nextInt(pages);
        }
        long window = StripeMap.mix(config.seed() ^ (progress.number() >> WINDOW_SHIFT));
        return ((long) Math.floorMod(window, pages) + random.nextInt(Math.max(8, pages / 64))) % pages;
    }

    Stripe pickStripe() {
        return stripeNear(pickPage());
    }

    Stripe stripeNear(long page) {
        return model.stripes.ownedNear(page, thread, random.nextInt());
    }

    /** Some pages; the next in turn if content has to be given up. */
    Stripe pickPages() {
        int count = 1 + random.nextInt(random.nextBoolean() ? 4 : MOST_PAGES);
        long first = pickPage();
        if (ledger.full()) {
            count = MOST_PAGES;
            first = sweep;
            sweep = (sweep + count) % config.pages();
        }
        count = (int) Math.min(count, config.pages() - first);
        return new Stripe(first * PAGE, count * PAGE);
    }

    /** Makes content in the scratch buffer and charges it to where it is going. */
    MemorySegment compose(Stripe target) {
        MemorySegment bytes = scratch.asSlice(0, target.length());
        int cost = Content.choose(random, ledger.full()).write(random, bytes);
        ledger.charge(target.offset(), target.length(), cost);
        return bytes;
    }

    /** Compares bytes that were read with the model's. */
    void expectSame(String what, long offset, MemorySegment got, long length) {
        long at = MemorySegment.mismatch(got, 0, length, model.shadow, offset, offset + length);
        if (at >= 0) {
            long expected = Touch.get(model.shadow, offset + at, 1);
            throw mismatch(what, offset + at, expected, Touch.get(got, at, 1));
        }
    }

    void expect(String what, long offset, long expected, long got) {
        if (expected != got) {
            throw mismatch(what, offset, expected, got);
        }
    }

    void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new TortureFailure(describe() + ": " + otherwise);
        }
    }

    private TortureFailure mismatch(String what, long offset, long expected, long got) {
        return new TortureFailure(String.format(
                "%s: %s at offset %#x (page %d): expected %#x, got %#x; %s",
                describe(), what, offset, offset / PAGE, expected, got, PageState.describe(region, offset, expected)));
    }

    String describe() {
        return "seed " + config.seed() + ", thread " + thread + ", operation " + progress;
    }
}
