// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.torture;

/**
 * Which thread owns which bytes. A region is cut into blocks of a page's size, shifted against the pages by a bit more than half of
 * one; a block into equal stripes of 64 to 4096 bytes, dealt out to the threads in turn. So threads share pages but never bytes,
 * and at every page boundary one stripe reaches across.
 */
final class StripeMap {
    /** A run of bytes of one owner. */
    record Stripe(long offset, int length) {
        long end() {
            return offset + length;
        }
    }

    /** What {@link #forEachOwned} calls. */
    interface Visitor {
        void visit(long offset, int length);
    }

    private static final int BLOCK = TortureConfig.PAGE;
    /** How far a block begins before the page boundary that it lies across: half a block less half a smallest stripe. */
    private static final int LEAD = 2016;

    private static final int SMALLEST_SHIFT = 6;
    private static final int SIZES = 7;

    private final long seed;
    private final int threads;
    private final long regionBytes;

    StripeMap(TortureConfig config) {
        this.seed = config.seed();
        this.threads = config.threads();
        this.regionBytes = config.regionBytes();
    }

    /** A stripe of this thread's, in the block or one after it; a number chooses among several. */
    Stripe ownedNear(long block, int thread, int choice) {
        for (long b = block; ; b = (b + 1) % blocks()) {
            int first = Math.floorMod(thread - deal(b), threads);
            int count = (BLOCK >> stripeShift(b));
            int mine = (count - first + threads - 1) / threads;
            if (mine > 0) {
                Stripe stripe = stripe(b, first + Math.floorMod(choice, mine) * threads);
                if (stripe.length() >= 16) {
                    return stripe;
                }
            }
        }
    }

    /** Visits what this thread owns of a range, by offset. */
    void forEachOwned(int thread, long from, long to, Visitor visitor) {
        for (long b = (from + LEAD) / BLOCK; b < blocks() && b * BLOCK - LEAD < to; b++) {
            int count = BLOCK >> stripeShift(b);
            for (int s = Math.floorMod(thread - deal(b), threads); s < count; s += threads) {
                Stripe stripe = stripe(b, s);
                long begin = Math.max(from, stripe.offset());
                long end = Math.min(to, stripe.end());
                if (begin < end) {
                    visitor.visit(begin, (int) (end - begin));
                }
            }
        }
    }

    long blocks() {
        return regionBytes / BLOCK + 1;
    }

    /** The stripe cut to the region; of length 0 or less if it lies outside. */
    private Stripe stripe(long block, int index) {
        int length = 1 << stripeShift(block);
        long begin = block * BLOCK - LEAD + (long) index * length;
        long end = Math.min(regionBytes, begin + length);
        begin = Math.max(0, begin);
        return new Stripe(begin, (int) (end - begin));
    }

    private int stripeShift(long block) {
        return SMALLEST_SHIFT + Math.floorMod((int) hash(block), SIZES);
    }

    private int deal(long block) {
        return Math.floorMod((int) (hash(block) >>> 32), threads);
    }

    private long hash(long block) {
        return mix(seed ^ mix(block));
    }

    /** Spreads every bit of the argument over the result (the finalizer of SplitMix64). */
    static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }
}
