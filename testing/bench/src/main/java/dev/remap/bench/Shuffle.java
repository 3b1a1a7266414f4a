// SPDX-License-Identifier: GPL-2.0-only WITH Classpath-exception-2.0
package dev.remap.bench;

/** Pseudo-random orders, the same as the C loops'. */
final class Shuffle {
    private Shuffle() {}

    /** Marsaglia's xorshift. */
    static long next(long s) {
        long t = s ^ (s << 13);
        t ^= t >>> 7;
        return t ^ (t << 17);
    }

    /** 0 to {@code count - 1} in an order that depends on {@code seed}, which is not 0. */
    static int[] order(int count, long seed) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        long s = seed;
        for (int i = count - 1; i > 0; i--) {
            s = next(s);
            int j = (int) Long.remainderUnsigned(s, i + 1L);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return order;
    }
}
