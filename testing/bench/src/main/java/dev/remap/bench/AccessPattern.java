// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/**
 * In which order pages are accessed. All but the scan, sequential and strided ones are scattered, so that no page says anything about its
 * neighbour.
 */
enum AccessPattern {
    /** Every page as often as any other. */
    UNIFORM {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] table = new int[length];
            long s = lane.seed();
            for (int i = 0; i < length; i++) {
                s = Shuffle.next(s);
                table[i] = (int) Long.remainderUnsigned(s, pages);
            }
            return table;
        }
    },
    /** The page of rank r as often as 1 / r^0.99. */
    ZIPF {
        @Override
        int[] table(int pages, Lane lane, int length) {
            return new Zipf(pages).table(length, lane.seed());
        }
    },
    /** The same with a scan mixed in: three accesses of ten are to the next page in order. */
    ZIPF_SCAN {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] table = ZIPF.table(pages, lane, length);
            int next = lane.firstOf(pages);
            for (int i = 0; i < length; i++) {
                if (i % 10 < 3) {
                    table[i] = next;
                    next = next + 1 == pages ? 0 : next + 1;
                }
            }
            return table;
        }
    },
    /**
     * Nine accesses of ten go to an eighth of the pages, which moves on by a sixteenth of itself whenever there were as many accesses as it
     * has pages.
     */
    MOVING {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] scattered = Shuffle.order(pages, Zipf.PERMUTATION_SEED);
            int[] table = UNIFORM.table(pages, lane, length);
            int hot = pages / 8;
            for (int i = 0; i < length; i++) {
                if (i % 10 != 0) {
                    int start = (int) ((long) (i / hot) * (hot / 16) % pages);
                    table[i] = scattered[(start + table[i] % hot) % pages];
                }
            }
            return table;
        }
    },
    /** One page after the other. */
    SEQUENTIAL {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] table = new int[length];
            int first = lane.firstOf(pages);
            for (int i = 0; i < length; i++) {
                table[i] = (int) (((long) first + i) % pages);
            }
            return table;
        }
    },
    /** Every sixteenth page, then the same from the next page on. */
    STRIDED {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] table = new int[length];
            int pass = pages / STRIDE;
            int first = lane.firstOf(pass);
            for (int i = 0; i < length; i++) {
                int at = (int) (((long) first + i) % pass);
                table[i] = at * STRIDE + (first + i) / pass % STRIDE;
            }
            return table;
        }
    },
    /**
     * Every page once in no order, and so again: the one after the other in which {@link PageLinks} links them. A thread that follows 64
     * chains has them a 64th of all pages apart, and the threads' lie between.
     */
    CHASE {
        @Override
        int[] table(int pages, Lane lane, int length) {
            int[] order = Shuffle.order(pages, Zipf.PERMUTATION_SEED);
            int[] table = new int[length];
            int first = lane.firstOf(pages / PageLinks.CHAINS);
            for (int i = 0; i < length; i++) {
                table[i] = order[(int) (((long) first + i) % pages)];
            }
            return table;
        }
    };

    private static final int STRIDE = 16;

    /** Entries of a thread's table, as in the reference workload. */
    static final int TABLE_LENGTH = 4 << 20;

    /** One thread of several. */
    record Lane(int thread, int threads) {
        private static final long SEED_STEP = 7919;

        long seed() {
            return Zipf.DRAW_SEED + thread * SEED_STEP;
        }

        /** Where a thread that goes through things in order begins. */
        int firstOf(int count) {
            return (int) ((long) count * thread / threads);
        }
    }

    /** The pages that a thread accesses, in their order; the same ones each time. */
    abstract int[] table(int pages, Lane lane, int length);

    /** Whether the pages after one that is accessed are worth nothing. */
    boolean isScattered() {
        return this != SEQUENTIAL && this != STRIDED && this != ZIPF_SCAN;
    }
}
